/** Elements by function calls: text stays text, whatever it holds. */

/**
 * @param {string} name of the element
 * @param {Record<string, string>} attributes
 * @param {...(Node | string)} children
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name)
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value)
  made.append(...children)
  return made
}

/**
 * A table; columns whose head ends with `#` hold numbers.
 * @param {string} caption read aloud, not shown
 * @param {readonly string[]} head
 * @param {readonly (readonly (Node | string)[])[]} rows
 */
export function table(caption, head, rows) {
  const numeric = head.map(text => text.endsWith('#'))
  const headers = head.map((text, at) => {
    return element('th', { scope: 'col', class: numeric[at] ? 'number' : '' }, text.replace(/#$/, ''))
  })
  const lines = rows.map(row => {
    return element('tr', {}, ...row.map((cell, at) => element('td', { class: numeric[at] ? 'number' : '' }, cell)))
  })
  return element(
    'table',
    { 'aria-label': caption },
    element('thead', {}, element('tr', {}, ...headers)),
    element('tbody', {}, ...lines),
  )
}

/** @param {string} id */
export function byId(id) {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`Cannot find "${id}" in the page`)
  return found
}
