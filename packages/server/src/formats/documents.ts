/** Names of documents: their prose holds examples, the addresses of their authors, and names of files that look like hosts. */
const DOCUMENT = /^(?:readme|licen[cs]e|changelog|contributing)(?:\.|$)|\.(?:md|adoc|asciidoc|rst|yara?)$/i

/** Whether a file of this name tells people something, and is no list. `name` is without folders and without `.gz`. */
export function isDocument(name: string): boolean {
  return DOCUMENT.test(name)
}
