import { lettersOf } from './letter-set.ts'

/** Words that names and paths of bait are made of. Written down by hand; what each weighs is fitted. */
const WORDS = `
login logon signin secure security verify verification verif auth account update upgrade confirm support service helpdesk
billing invoice payment payments refund claim bonus reward gift giveaway airdrop token mint presale wallet connect restore
recovery unlock suspended alert notice notification validate webmail mail portal online official center centre customer
client user admin access session password banking bank card credit loan invest trading trade crypto coin defi swap stake
staking bitcoin profit casino poker slot bet betting lottery winner prize promo sale shop store outlet discount cheap
delivery parcel package tracking track shipping express post toll fine parking ticket tax refund gov court police visa
download install setup update installer browser player codec crack keygen patch soft software driver app apps apk mobile
cloud cdn cache static api node server host hosting panel dash gate check test data sync storage drive file files docs
document share meet meeting video chat news blog media porn adult dating girls escort cams
free live fast best top pro plus vip club world global group team tech digital solutions systems network consulting
university school college library museum hotel clinic dental lawyer law church foundation society festival association
`

/** Words shorter than this are met by chance in longer ones, so they count only as a whole part. */
const INSIDE_LENGTH_MIN = 5

let known: readonly (readonly [string, number])[] | undefined

/** The words that a label holds: between hyphens and digits, and those of five letters or more anywhere. At most 8, in order of the list. */
export function wordsIn(label: string): readonly string[] {
  known ??= Array.from(new Set(WORDS.trim().split(/\s+/)), word => [word, lettersOf(word)] as const)
  const letters = lettersOf(label)
  const parts = new Set(label.split(/[^a-z]+/))
  return known
    .filter(
      ([word, own]) =>
        (own & ~letters) === 0 && (parts.has(word) || (word.length >= INSIDE_LENGTH_MIN && label.includes(word))),
    )
    .map(([word]) => word)
    .slice(0, 8)
}
