/** The page at `/docs`: the operations of `/openapi.json`, plain, with nothing from elsewhere. */

/** The page; its list is filled by {@link DOCS_SCRIPT}. */
export const DOCS_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tocsin API</title>
<style>
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
  code { font-size: 0.95em; }
  dt { margin-top: 1rem; font-weight: 600; }
  dd { margin: 0.25rem 0 0 1.5rem; }
</style>
<script src="/docs/operations.js" type="module"></script>
</head>
<body>
<h1>Tocsin API</h1>
<p>All operations of this node. Shapes and bounds: <a href="/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
<p>A key goes into <code>Authorization: Bearer &lt;key&gt;</code> or <code>X-Tocsin-Key</code>.</p>
<dl id="operations"></dl>
<noscript><p>The list needs JavaScript; openapi.json does not.</p></noscript>
</body>
</html>
`

/** Fills the list. Text is only ever set as text, so nothing in a description can become markup. */
export const DOCS_SCRIPT = `const list = document.getElementById('operations')

function add(tag, text) {
  const element = document.createElement(tag)
  if (tag === 'dt') element.appendChild(document.createElement('code')).textContent = text
  else element.textContent = text
  list.append(element)
}

try {
  const { paths } = await (await fetch('/openapi.json')).json()
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      add('dt', method.toUpperCase() + ' ' + path)
      for (const text of [operation.summary, operation.description]) if (text) add('dd', text)
    }
  }
} catch (error) {
  add('dd', 'Cannot load /openapi.json: ' + error.message)
}
`
