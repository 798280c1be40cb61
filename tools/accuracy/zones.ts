/**
 * How many names are registered under each top level, in thousands: rounded figures from what registries and industry
 * reports publish (2024–2025). They stand for names that are neither popular nor bad, of which no list with a free licence
 * is at hand: a fit on popular names alone takes every cheap suffix for a proof.
 */
const TEXT = `
com 157000 net 12400 org 11500 info 3600 biz 1200 xyz 7000 top 5000 shop 4000 online 3500 store 2400 site 1700 vip 1300
app 800 dev 450 club 900 live 750 pro 800 icu 1500 sbs 1000 cfd 700 click 700 cyou 600 bond 1000 lol 350 buzz 500 fun 550
space 500 website 400 tech 500 life 400 world 350 today 200 digital 250 cloud 350 link 250 work 400 win 200 help 50 pics 100
forum 10 quest 100 autos 100 monster 150 asia 350 mobi 300 me 1100 io 1000 ai 800 co 3000 cc 3000 tv 500 in 4000 id 1200
de 17600 uk 10500 cn 20000 nl 6200 ru 5800 br 5400 fr 4200 eu 3700 it 3500 au 4200 ca 3400 pl 2600 ch 2500 es 2100 be 1700
se 1500 jp 1800 cz 1500 at 1500 dk 1300 us 1900 kr 1100 ir 1500 za 1300 mx 1300 tr 1200 vn 600 gr 500 ro 600 hu 850 fi 560
no 850 pt 500 ua 500 tw 700 nz 750 ar 650 cl 650 sk 470 ee 170 nu 200 ie 330 lt 240 lv 140 si 160 hr 120 rs 150 bg 100 il 270
sg 190 hk 240 my 330 th 80 ph 80 pk 120 ng 250 ke 100 garden 20 blog 250 agency 120 group 120 network 60 media 80 art 250
`

/** Pairs of a top level and its share, in the order above; the shares add up to 1. */
export function zoneShares(): readonly (readonly [string, number])[] {
  const pairs = TEXT.trim()
    .split(/\s+/)
    .reduce<[string, number][]>((rows, text, at) => {
      if (at % 2 === 0) rows.push([text, 0])
      else rows.at(-1)![1] = Number(text)
      return rows
    }, [])
  const total = pairs.reduce((sum, [, count]) => sum + count, 0)
  return pairs.map(([name, count]) => [name, count / total])
}

/** The top level at a place between 0 and 1 of all registered names. */
export function zoneAt(place: number, shares: readonly (readonly [string, number])[]): string {
  let rest = place
  for (const [name, share] of shares) {
    rest -= share
    if (rest < 0) return name
  }
  return 'com'
}
