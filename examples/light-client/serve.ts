/** `node serve.ts [PORT]`: the page for a browser of this machine. */
import { servePages } from './pages.ts'

const { url } = await servePages(Number(process.argv[2] ?? 7091))
console.log(`open ${url}`)
