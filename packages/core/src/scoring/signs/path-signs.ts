/** Signs of the part of a URL behind its host. */
import { brandsIn } from './brand-signs.ts'
import { longestRun } from './letters.ts'
import { graded, type Sign, sign } from './sign.ts'
import { wordsIn } from './words.ts'

/** Characters of a path that are looked at. */
const PATH_LENGTH_MAX = 2048

/** What the last part of a path ends in, and what that is. */
const ENDINGS: readonly (readonly [string, RegExp, string])[] = [
  ['shell', /\.(?:sh|bash|ps1|vbs|hta|bat|cmd|wsf)$/, 'it is a script for a shell'],
  ['program', /\.(?:exe|msi|scr|dll|com|elf|bin|dmg|pkg|jar|lnk|iso|img)$/, 'it is a program'],
  ['package', /\.(?:apk|xapk|crx|appx|deb|rpm)$/, 'it is a package to install'],
  ['archive', /\.(?:zip|rar|7z|gz|tgz|cab|ace)$/, 'it is an archive'],
  ['page', /\.(?:html?|php|aspx?|jsp)$/, 'it is a page'],
  ['document', /\.(?:pdf|docx?|xlsx?|pptx?|rtf)$/, 'it is a document'],
]

/** Processor families by which builds of bots are named. */
const PROCESSOR =
  /(?:^|[._/-])(?:arm[4-8]?(?:v?[4-8]l?)?|mips(?:el|le|eb|64)?|mpsl|x86(?:_(?:32|64))?|i[3-6]86|amd64|aarch64|ppc(?:64)?|powerpc|sh4|m68k|sparc|spc|arc|riscv(?:64)?|csky)(?:$|[._-])/

/** Signs of `path`, which begins with `/` and may have a query: canonical, so escaped. Never throws, reads 2,048 characters. */
export function pathSigns(path: string, registrable: string): Sign[] {
  const whole = path.slice(0, PATH_LENGTH_MAX).toLowerCase()
  const query = whole.indexOf('?')
  const before = query < 0 ? whole : whole.slice(0, query)
  const last = before.slice(before.lastIndexOf('/') + 1)
  const parts = before.split('/').filter(part => part !== '')
  return [
    ...ENDINGS.filter(([, pattern]) => pattern.test(last)).map(([name, , phrase]) => sign(`ends:${name}`, phrase)),
    ...placeSigns(before, last),
    ...tokenSigns(whole),
    ...wordSigns(before, registrable),
    ...graded('path-dots', (before.split('.').length - 2) * 333, 'its path has many dots'),
    ...graded('path-depth', (parts.length - 3) * 200, `its path has ${parts.length} parts`),
    ...(query >= 0 && whole.length - query > 40 ? [sign('long-query', 'its query is long')] : []),
  ]
}

function placeSigns(before: string, last: string): Sign[] {
  return [
    ...(PROCESSOR.test(before) ? [sign('processor', 'it is named after a processor, as builds of bots are')] : []),
    ...(/^(?:i|bin\.sh|mozi\.[am]|[a-z]\.sh)$/.test(last)
      ? [sign('bot-file', 'it is named as the files of bots are')]
      : []),
    ...(/^\/[a-z]$/.test(before) ? [sign('one-letter', 'its path is one letter')] : []),
    ...(before.includes('/wp-content/') || before.includes('/wp-includes/') || before.includes('/wp-admin/')
      ? [sign('inside-wordpress', 'it lies inside of a WordPress')]
      : []),
    ...(before.includes('/.well-known/') ? [sign('well-known', 'it lies in /.well-known/')] : []),
    ...(/\/\.[a-z]/.test(before.replace('/.well-known/', '/'))
      ? [sign('hidden-folder', 'it lies in a hidden folder')]
      : []),
    ...(before.includes('//') ? [sign('double-slash', 'it has a double slash')] : []),
    ...(/\/~[^/]/.test(before) ? [sign('home-page', 'it lies in the pages of a user')] : []),
    ...(/^\/bins?\//.test(before) ? [sign('bins', 'it lies in /bin/')] : []),
    ...(/\.[a-z0-9]{2,4}\.[a-z0-9]{2,4}$/.test(last) ? [sign('two-endings', 'its file has two endings')] : []),
  ]
}

function tokenSigns(whole: string): Sign[] {
  const hex = longestRun(whole, /[0-9a-f]+/g)
  const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/.test(whole)
  return [
    ...graded('hex-token', (hex - 11) * 50, `it holds a token of ${hex} hexadecimal digits`),
    ...(uuid ? [sign('uuid', 'it holds a random identifier')] : []),
    ...(/[a-z0-9._-]+(?:@|%40)[a-z0-9-]+\.[a-z]/.test(whole)
      ? [sign('address-inside', 'it holds an address of mail')]
      : []),
    ...(/(?:https?:|%3a|[=/](?:www\.|[a-z0-9-]+\.(?:com|net|org)))/.test(whole.slice(1))
      ? [sign('url-inside', 'it holds another address')]
      : []),
  ]
}

function wordSigns(before: string, registrable: string): Sign[] {
  const brand = brandsIn(before).find(({ domains }) => !domains.has(registrable))
  const words = wordsIn(before).map(word => sign(`word-in-path:${word}`, `its path says "${word}"`))
  if (brand === undefined) return words
  return [sign('brand-in-path', `its path uses the name "${brand.keyword}", which is not its host's`), ...words]
}
