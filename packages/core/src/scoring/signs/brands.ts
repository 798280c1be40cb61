/**
 * Brands whose names are used as bait, with the registrable domains that are theirs. Plain facts, written down by hand from
 * public knowledge; no list was copied. A keyword is at least four letters, so that it is not met by chance; an ordinary word
 * (`apple`, `chase`) counts only as a whole part of a name, see `brand-names.ts`.
 */

/** `keyword: registrable domains`, without the suffixes of countries: any `keyword.<country suffix>` is told apart by its own sign. */
const TEXT = `
paypal: paypal.com paypal.me paypalobjects.com
amazon: amazon.com amazonaws.com amazon.co.uk amazon.de amazon.fr amazon.it amazon.es amazon.co.jp amazon.in amazon.ca amazon.com.br amazon.com.au amazonpay.com
apple: apple.com icloud.com apple.news
icloud: icloud.com icloud-content.com
itunes: itunes.com apple.com
microsoft: microsoft.com microsoftonline.com windows.com azure.com azure.net live.com office.com
office365: office365.com office.com
outlook: outlook.com office.com live.com
onedrive: onedrive.com live.com
sharepoint: sharepoint.com
windows: windows.com microsoft.com windows.net windowsupdate.com
google: google.com googleapis.com googleusercontent.com googlevideo.com google.co.uk google.de google.co.jp google.com.br google.fr withgoogle.com
gmail: gmail.com google.com
youtube: youtube.com youtu.be youtube-nocookie.com
facebook: facebook.com facebook.net fb.com meta.com
instagram: instagram.com cdninstagram.com
whatsapp: whatsapp.com whatsapp.net
messenger: messenger.com facebook.com
telegram: telegram.org telegram.me t.me
twitter: twitter.com x.com twimg.com
linkedin: linkedin.com licdn.com
tiktok: tiktok.com tiktokcdn.com tiktokv.com
snapchat: snapchat.com
pinterest: pinterest.com pinimg.com
netflix: netflix.com nflxvideo.net
spotify: spotify.com scdn.co
dropbox: dropbox.com dropboxusercontent.com
docusign: docusign.com docusign.net
adobe: adobe.com adobe.io
ebay: ebay.com ebay.co.uk ebay.de ebaystatic.com
alibaba: alibaba.com
aliexpress: aliexpress.com aliexpress.ru
taobao: taobao.com
walmart: walmart.com
costco: costco.com
bestbuy: bestbuy.com
target: target.com
homedepot: homedepot.com
shopify: shopify.com myshopify.com
etsy: etsy.com
zalando: zalando.com zalando.de
booking: booking.com
airbnb: airbnb.com
expedia: expedia.com
uber: uber.com
steam: steampowered.com steamcommunity.com steamstatic.com
steamcommunity: steamcommunity.com
roblox: roblox.com rbxcdn.com
epicgames: epicgames.com
fortnite: fortnite.com
playstation: playstation.com playstation.net
nintendo: nintendo.com nintendo.net
xbox: xbox.com xboxlive.com
twitch: twitch.tv ttvnw.net
discord: discord.com discord.gg discordapp.com discordapp.net
zoom: zoom.us zoom.com
slack: slack.com
github: github.com githubusercontent.com github.io githubassets.com
gitlab: gitlab.com
cloudflare: cloudflare.com cloudflare.net cloudflare-dns.com workers.dev pages.dev
godaddy: godaddy.com
wordpress: wordpress.com wordpress.org
chatgpt: chatgpt.com
openai: openai.com
deepseek: deepseek.com
claude: claude.ai claude.com
chrome: google.com chrome.com
firefox: firefox.com mozilla.org
mozilla: mozilla.org mozilla.net
teamviewer: teamviewer.com
anydesk: anydesk.com
notepad: notepad-plus-plus.org
winrar: win-rar.com rarlab.com
putty: putty.org
keepass: keepass.info
malwarebytes: malwarebytes.com
kaspersky: kaspersky.com kaspersky.ru
norton: norton.com
mcafee: mcafee.com
fortinet: fortinet.com
cisco: cisco.com
oracle: oracle.com
vmware: vmware.com
citrix: citrix.com
salesforce: salesforce.com force.com
okta: okta.com oktacdn.com
zendesk: zendesk.com
mailchimp: mailchimp.com
sendgrid: sendgrid.com sendgrid.net
yahoo: yahoo.com yahoo.co.jp yimg.com
hotmail: hotmail.com live.com
protonmail: protonmail.com proton.me
yandex: yandex.ru yandex.com yandex.net
mailru: mail.ru
vkontakte: vk.com vkontakte.ru
tencent: tencent.com
wechat: wechat.com
alipay: alipay.com
baidu: baidu.com
huawei: huawei.com
xiaomi: xiaomi.com mi.com
samsung: samsung.com
nokia: nokia.com
intel: intel.com
nvidia: nvidia.com
chase: chase.com
wellsfargo: wellsfargo.com
bankofamerica: bankofamerica.com bofa.com
citibank: citibank.com citi.com
capitalone: capitalone.com
usbank: usbank.com
americanexpress: americanexpress.com
mastercard: mastercard.com
hsbc: hsbc.com hsbc.co.uk
barclays: barclays.com barclays.co.uk
lloyds: lloydsbank.com lloydsbank.co.uk
natwest: natwest.com
halifax: halifax.co.uk
santander: santander.com santander.co.uk santander.com.br
revolut: revolut.com
monzo: monzo.com
wise: wise.com
venmo: venmo.com
cashapp: cash.app
zelle: zellepay.com
interac: interac.ca
rbcroyalbank: rbcroyalbank.com
scotiabank: scotiabank.com
desjardins: desjardins.com
commbank: commbank.com.au
westpac: westpac.com.au
sparkasse: sparkasse.de
volksbank: volksbank.de vr.de
commerzbank: commerzbank.de commerzbank.com
deutschebank: deutsche-bank.de db.com
postbank: postbank.de
comdirect: comdirect.de
raiffeisen: raiffeisen.at raiffeisen.ch raiffeisen.ru
swisscom: swisscom.ch swisscom.com
creditagricole: credit-agricole.fr
labanquepostale: labanquepostale.fr
bnpparibas: bnpparibas.com bnpparibas.net
societegenerale: societegenerale.com societegenerale.fr
boursorama: boursorama.com boursobank.com
intesasanpaolo: intesasanpaolo.com
unicredit: unicredit.it unicreditgroup.eu
poste: poste.it
caixabank: caixabank.com caixabank.es
bbva: bbva.com bbva.es
rabobank: rabobank.nl rabobank.com
itau: itau.com.br
bradesco: bradesco.com.br
nubank: nubank.com.br
caixa: caixa.gov.br
bancolombia: bancolombia.com
sberbank: sberbank.ru sberbank.com
tinkoff: tinkoff.ru
gosuslugi: gosuslugi.ru
icici: icicibank.com
hdfc: hdfcbank.com
rakuten: rakuten.co.jp rakuten.com
mercari: mercari.com
docomo: docomo.ne.jp
smbc: smbc.co.jp smbc-card.com
dhl: dhl.com dhl.de
dhlexpress: dhl.com
fedex: fedex.com
usps: usps.com
upsexpress: ups.com
royalmail: royalmail.com
evri: evri.com
hermes: hermesworld.com myhermes.de
dpdlocal: dpd.co.uk dpdlocal.co.uk
canadapost: canadapost.ca canadapost-postescanada.ca
auspost: auspost.com.au
correos: correos.es
colissimo: laposte.fr colissimo.fr
laposte: laposte.fr laposte.net
chronopost: chronopost.fr
postnl: postnl.nl
bpost: bpost.be
swisspost: post.ch
ezpass: ezpassny.com e-zpassny.com
evzoll: evz.de
ameli: ameli.fr
impots: impots.gouv.fr
orange: orange.fr orange.com
vodafone: vodafone.com vodafone.de vodafone.co.uk
telekom: telekom.de telekom.com
tmobile: t-mobile.com
verizon: verizon.com
comcast: comcast.com comcast.net xfinity.com
xfinity: xfinity.com
spectrum: spectrum.com spectrum.net
coinbase: coinbase.com
binance: binance.com binance.us
kraken: kraken.com
kucoin: kucoin.com
bybit: bybit.com
okex: okex.com okx.com
gemini: gemini.com
crypto: crypto.com
robinhood: robinhood.com
metamask: metamask.io
trustwallet: trustwallet.com
walletconnect: walletconnect.com walletconnect.org
ledger: ledger.com
trezor: trezor.io
phantom: phantom.app phantom.com
uniswap: uniswap.org
pancakeswap: pancakeswap.finance
opensea: opensea.io
polkadot: polkadot.network polkadot.io
ethereum: ethereum.org
bitcoin: bitcoin.org
blockchain: blockchain.com blockchain.info
solana: solana.com
arbitrum: arbitrum.io
tradingview: tradingview.com
etoro: etoro.com
doctolib: doctolib.fr doctolib.de doctolib.com
allegro: allegro.pl
inpost: inpost.pl
leboncoin: leboncoin.fr
vinted: vinted.com vinted.fr
marktplaats: marktplaats.nl
kleinanzeigen: kleinanzeigen.de
elster: elster.de
cryptocom: crypto.com
bet365: bet365.com
1xbet: 1xbet.com
pokemon: pokemon.com
nike: nike.com
adidas: adidas.com
louisvuitton: louisvuitton.com
`

/** Brands that are ordinary words: they count only as a whole part of a name ("chase-login", not "purchases"). */
const ORDINARY: ReadonlySet<string> = new Set(
  `apple target chase orange wise ledger phantom spectrum gemini hermes intel norton uber zoom slack halifax caixa poste
  crypto bitcoin blockchain ethereum kraken steam windows chrome claude oracle messenger outlook booking discord twitch
  telegram itau nike adobe cisco okta evri ameli impots correos allegro notepad interac`.split(/\s+/),
)

/** One brand. */
export interface Brand {
  /** Lower-case ASCII, 3 to 16 characters. */
  readonly keyword: string
  readonly domains: ReadonlySet<string>
  /** Counts inside of a longer word too: six letters or more, and no ordinary word. */
  readonly distinct: boolean
}

let known: ReadonlyMap<string, Brand> | undefined

/** All brands by keyword; the table is read at the first question, not at import. */
export function brands(): ReadonlyMap<string, Brand> {
  known ??= new Map(
    TEXT.trim()
      .split('\n')
      .map(line => {
        const [keyword, domains] = line.split(': ') as [string, string]
        const distinct = keyword.length >= 6 && !ORDINARY.has(keyword)
        return [keyword, { keyword, domains: new Set(domains.split(' ')), distinct }]
      }),
  )
  return known
}
