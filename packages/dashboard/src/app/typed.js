const TYPED = /^(?:ip|net|domain|url|file):/

/**
 * What a person typed, with its type before it, as the API wants it. Only the type is guessed here; the node parses.
 * @param {string} text
 */
export function typed(text) {
  if (TYPED.test(text)) return text
  const bare = text.replace(/^\[(.*)\]$/, '$1')
  if (/^\d+(?:\.\d+){3}$/.test(bare) || /^[\da-f.]*:[\da-f.]*:[\da-f:.]*$/i.test(bare)) return `ip:${bare}`
  if (/^(?:\d+(?:\.\d+){3}|[\da-f.]*:[\da-f:.]*)\/\d{1,3}$/i.test(text)) return `net:${text}`
  if (/^(?:[\da-f]{32}|[\da-f]{40}|[\da-f]{64})$/i.test(text)) return `file:${text}`
  return /[/\\?:#]/.test(text) ? `url:${text}` : `domain:${text}`
}
