/**
 * The skeleton of a name: what the eye takes it for. Two names with one skeleton are easily mistaken for each other, as in
 * UTS #39 §4; the table is our own and small: what is met in host names, not the 6,000 rows of Unicode.
 */

/** Each Latin letter with what passes for it: Cyrillic, Greek, Armenian, other Latin. Marks (é, ạ) fall off by NFD. */
const LOOKALIKES = `
a аαɑ
b ЬƄьвßβ
c сϲƈ
d ԁɗđ
e еєҽεɛ
f ƒϝ
g ɡցǥ
h һհħн
i іıɩιɪї
j јϳʝ
k кκқĸ
l ӏłιǀ
m мϻ
n ոпηŋп
o оοσօөøθ
p рρþ
q ԛգ
r гɾř
s ѕꜱʂ
t тτŧ
u υսцʊμ
v ѵνϑ
w ԝωшɯա
x хχҳ
y уγүʏ
z ʐƶᴢ
`

/** Digits and pairs that pass for a letter in ASCII. */
const ASCII_PAIRS: readonly (readonly [RegExp, string])[] = [
  [/rn/g, 'm'],
  [/vv/g, 'w'],
  [/0/g, 'o'],
  [/[1!|]/g, 'l'],
  [/3/g, 'e'],
  [/4/g, 'a'],
  [/5/g, 's'],
  [/7/g, 't'],
  [/8/g, 'b'],
  [/i/g, 'l'],
]

let lookalikes: ReadonlyMap<string, string> | undefined

function letterOf(character: string): string {
  lookalikes ??= new Map(
    LOOKALIKES.trim()
      .split('\n')
      .flatMap(row => Array.from(row.slice(2), other => [other, row[0]!] as const)),
  )
  return lookalikes.get(character) ?? character
}

/** The label in plain letters: marks off, look-alikes of other scripts as the Latin letter. Idempotent. */
export function latinOf(label: string): string {
  if (!/[^\x00-\x7f]/.test(label)) return label
  const plain = label.normalize('NFD').replace(/\p{M}/gu, '')
  return Array.from(plain.toLowerCase(), letterOf).join('')
}

/** {@link latinOf}, and digits and pairs as the letter that they pass for; `i` and `l` are one. Compare with another skeleton only. */
export function skeletonOf(label: string): string {
  let skeleton = latinOf(label)
  for (const [pattern, letter] of ASCII_PAIRS) skeleton = skeleton.replace(pattern, letter)
  return skeleton
}

/** Whether letters of the Latin script stand beside Cyrillic, Greek or Armenian ones, which no language does. */
export function mixesScripts(label: string): boolean {
  return /\p{Script=Latin}/u.test(label) && /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}]/u.test(label)
}
