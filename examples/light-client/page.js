/* The page: asks what its address says, as ?server=http://127.0.0.1:7080&url=http://bad.example/, and shows the answer. */
import { lookUp } from './ask.ts'

const said = new URL(location.href).searchParams
const { server, url } = document.forms[0].elements
server.value = said.get('server') ?? server.value
url.value = said.get('url') ?? url.value
if (said.has('url')) {
  const told = await lookUp([{ url: server.value }], [url.value]).then(
    ([asked]) => JSON.stringify(asked, undefined, 2),
    error => `${error.name}: ${error.message}`,
  )
  document.getElementById('answer').textContent = told
}
