import type { Ban, Layer } from './layer.ts'

/**
 * Who may import whom, and why not. `DESIGN` and `ARCHITECTURE.md` tell it as a story; this table is what decides.
 * Each ban is shown with its reason and its way out, so write both for a newcomer who has just run into it.
 */

const CORE_ORDER = ['base', 'subject', 'evidence', 'scoring', 'verdict', 'list', 'wire'] as const

const SOCKETS = [
  'net',
  'dgram',
  'http',
  'http2',
  'https',
  'tls',
  'fs',
  'fs/promises',
  'child_process',
  'worker_threads',
  'cluster',
]

const COMPOSED: Ban = {
  of: ['server/compose', 'server/main', 'server/cli'],
  because: 'the composition puts the parts together, and a part that knows it can no longer be put together otherwise',
  instead: 'Take what is needed as an argument, and let compose hand it over.',
}

const CONFIGURED: Ban = {
  of: ['server/config'],
  because: 'configuration is read once, in main, and a part that reads it by itself cannot be composed twice',
  instead: 'Take the few values as arguments, in an options type beside the code that needs them.',
}

const FETCHED_OUTSIDE: Ban = {
  of: ['server/outbound'],
  because: 'only a source goes out to the world, and the guard against forged requests stands in front of it',
  instead: 'Write a source that fetches, or take the fetched bytes as an argument.',
}

const EVIDENCE_UNSEEN: Ban = {
  of: ['core/evidence', 'core/scoring', 'server/ledger', 'server/intake', 'server/scorer', 'server/sources'],
  because: 'a door never sees evidence: it answers from the book, and reports by the write-only observe()',
  instead:
    'Ask the book reader that the door was given; if an answer lacks something, add it to the book entry or to explain().',
}

const EVIDENCE_UNSEEN_UPSTREAM: Ban = {
  of: ['core/scoring', 'server/ledger', 'server/intake', 'server/scorer', 'server/sources'],
  because: 'an edge has no evidence of its own: what it follows is the book, which says all that a door may know',
  instead: 'Add what is missing to the book, or relay the question upstream.',
}

/** All layers. The order is that of the sentence: world → sources → intake → ledger → scorer → book → doors → world. */
export const LAYERS: readonly Layer[] = [
  ...CORE_ORDER.map(
    (name, index): Layer => ({
      name: `core/${name}`,
      folder: `packages/core/src/${name}`,
      imports: CORE_ORDER.slice(0, index).map(earlier => `core/${earlier}`),
      platform: 'none',
      packages: false,
      fetches: false,
      because: `core is pure and runs anywhere, and its layers build on each other in one order: ${CORE_ORDER.join(' → ')}`,
      instead:
        'Move the code to the layer that owns its meaning, or take the value (a clock, bytes, a table) as an argument.',
      bans: [],
    }),
  ),
  {
    name: 'core/similarity',
    folder: 'packages/core/src/similarity',
    imports: ['core/base'],
    platform: 'none',
    packages: false,
    fetches: false,
    because: 'similarity is a matter of bytes: it knows digests, and neither subjects nor what is thought of them',
    instead: 'Take plain values, and let scoring or the part that asks say what a neighbour means.',
    bans: [],
  },
  {
    name: 'client/ohttp',
    folder: 'packages/client/src/ohttp',
    imports: ['core/base'],
    platform: 'none',
    packages: false,
    fetches: false,
    because:
      'both ends of Oblivious HTTP read and write the same bytes, in a browser and in a node: it knows bytes alone',
    instead: 'Take and return bytes; client/oblivious asks with them, and the gateway answers.',
    bans: [],
  },
  {
    name: 'client',
    folder: 'packages/client/src',
    imports: ['core/', 'client/ohttp'],
    platform: 'none',
    packages: false,
    fetches: true,
    because: 'the client is light and runs on any runtime: it has core and what every runtime offers, nothing else',
    instead: 'Use a web standard (fetch, crypto.subtle, Uint8Array), or take the platform part as an argument.',
    bans: [],
  },
  {
    name: 'server/formats',
    folder: 'packages/server/src/formats',
    imports: ['core/base', 'core/subject', 'core/evidence', 'server/protocols'],
    platform: {
      but: SOCKETS,
      because: 'a format turns bytes into indicators, so that tests and fuzzers can feed it byte by byte',
      instead: 'Take bytes; the source holds the file or the connection.',
    },
    packages: true,
    fetches: false,
    because: 'a format knows how lists are written and what a subject is, and not who fetched the list or what for',
    instead: 'Let the source that reads the list do it, with what the format gave it.',
    bans: [],
  },
  server(
    'sources',
    ['core/', 'server/intake', 'server/outbound', 'server/formats', 'server/protocols', 'server/ops', 'server/storage'],
    {
      because: 'a source sees the intake that it was given and the world, and never a reputation',
      instead: 'Put evidence into the intake; whatever must be known about a subject is known behind it.',
    },
  ),
  server('intake', ['core/', 'server/ledger', 'server/bus', 'server/ops', 'server/storage'], {
    because:
      'intake is the only entrance: it checks, and then it writes the ledger or the bus, and knows nothing that comes later',
    instead: 'Let the scorer act on what the ledger took in; let compose connect the two.',
    bans: [FETCHED_OUTSIDE],
  }),
  server('storage', [], {
    because: 'storage knows how a file is opened and written here, and nothing of what stands in it',
    instead: 'Give the tables and their meaning to the adapter that owns them.',
  }),
  server('ledger', ['core/', 'server/ops', 'server/storage'], {
    because: 'the ledger is memory: it knows what evidence is, and not who brings it or who asks',
    instead: 'Let intake, scorer, mining or console call the ledger, and not the other way round.',
  }),
  server('bus', ['core/', 'server/ops'], {
    because: 'the bus carries bytes and names between parts, and does not know the parts',
    instead: 'Let the part subscribe to the bus.',
  }),
  server('scorer', ['core/', 'server/ledger', 'server/bus', 'server/book', 'server/ops'], {
    because: 'the scorer reads the ledger and writes the book, and how to score stands in core',
    instead: 'Put judgment into core/scoring as a pure function; put what must happen around it into compose.',
    bans: [FETCHED_OUTSIDE],
  }),
  server('book', ['core/', 'server/ops', 'server/storage'], {
    because: 'the book holds reputations in force: it knows neither who computes them nor who reads them',
    instead: 'Let the scorer write and the doors read; take explain() and the way upstream as arguments.',
  }),
  server(
    'doors',
    [
      'core/base',
      'core/subject',
      'core/verdict',
      'core/list',
      'core/wire',
      'client/ohttp',
      'server/book',
      'server/protocols',
      'server/ops',
    ],
    {
      because: 'a door has a book reader, a policy and observe(), and nothing else',
      instead: 'Take what the door needs as an argument of its factory, and let compose hand it over.',
      bans: [EVIDENCE_UNSEEN, FETCHED_OUTSIDE],
    },
  ),
  {
    name: 'server/protocols',
    folder: 'packages/server/src/protocols',
    imports: ['core/base'],
    platform: {
      but: SOCKETS,
      because: 'a protocol turns bytes into messages and back, so that tests and fuzzers can feed it byte by byte',
      instead: 'Take and return bytes; the door or the source holds the socket or the file.',
    },
    packages: false,
    fetches: false,
    because: 'a protocol knows bytes and messages, and neither reputations nor the rest of the server',
    instead: 'Give the message types of its own; translate between them and ours in the door or the source.',
    bans: [],
  },
  server('mining', ['core/', 'server/ledger', 'server/intake', 'server/book', 'server/storage', 'server/ops'], {
    because:
      'mining reads ledger and book, and what it finds is evidence like any other, so it re-enters through intake',
    instead: 'Put the finding into the intake, with mining as its source.',
    bans: [FETCHED_OUTSIDE],
  }),
  server('unknown', ['core/', 'server/storage', 'server/ops'], {
    because:
      'the queue of the unknown keeps what nobody knows anything of: it is told what was met, and sees neither book nor ledger',
    instead: 'Take what must be known about a subject as a function; let compose hand it over.',
    bans: [FETCHED_OUTSIDE],
  }),
  server('console', ['core/', 'server/ledger', 'server/book', 'server/intake', 'server/ops'], {
    because:
      "the console is the analyst's and administrator's view: it reads ledger and book, and writes through intake alone",
    instead: 'Go through the ledger reader, the book or the intake; add a method to their ports if one is missing.',
    bans: [FETCHED_OUTSIDE],
  }),
  server('enrichment', ['core/', 'server/ops'], {
    because: 'enrichment is context from published data: it knows subjects, and neither evidence nor reputations',
    instead: 'Take the files or bytes as an argument; let compose hand the lookups to whoever needs them.',
    bans: [FETCHED_OUTSIDE],
  }),
  server('scan', ['core/base', 'core/subject', 'core/verdict', 'core/wire', 'server/formats'], {
    because:
      'a scan reads the files of a machine and asks for their hashes by what it was handed: it knows no ledger, book or door',
    instead:
      'Take whoever answers as an argument; the command hands over the client, or the data folder that compose opened.',
    bans: [FETCHED_OUTSIDE],
  }),
  server('outbound', ['core/', 'server/ops'], {
    because: 'outbound is the only way to fetch, with the guard inside: it does not know who fetches or what for',
    instead: 'Take the limits and the lists as arguments.',
    fetches: true,
  }),
  server('config', ['core/', 'server/ops'], {
    because: 'configuration imports no feature: else to read a file would load the whole server',
    instead: 'Declare the shape here and let compose turn it into the options of the feature.',
  }),
  server('upstream', ['core/', 'server/book', 'server/ops', 'server/storage'], {
    because:
      "the upstream layer follows another node's book: it knows heads, files and a mirror to hand them to, and neither doors nor evidence",
    instead: 'Take what is needed as an argument; let compose connect mirror and upstream.',
    // An upstream is a node that the operator named, as a command names the one that it asks, and may lie on a private
    // network; nothing that it says leads anywhere else, for redirects are errors.
    fetches: true,
    bans: [FETCHED_OUTSIDE, EVIDENCE_UNSEEN_UPSTREAM],
  }),
  server('relay', ['core/base'], {
    because: 'a relay carries sealed bytes: what knows neither keys nor subjects nor reputations cannot give them away',
    instead: 'Put what reads requests into the gateway; let compose hand over what a relay needs.',
    // Its one gateway is named by its operator, redirects are errors, and nothing of a request says where to go.
    fetches: true,
    bans: [FETCHED_OUTSIDE],
  }),
  server('feedback', ['core/', 'server/intake', 'server/storage', 'server/ops'], {
    because:
      'feedback is where private becomes public: it takes what was reported and met, and sees no book, no ledger and no door',
    instead: 'Hand it what it needs; the way to the upstream is its interface FeedbackUplink.',
    bans: [FETCHED_OUTSIDE],
  }),
  server('ops', ['core/base', 'core/subject', 'core/verdict'], {
    because:
      'everyone may say what happens by ops, so ops itself knows nobody but the words that its labels are made of',
    instead: 'Pass plain values into the event; its labels are bounded and need no types of a feature.',
  }),
  {
    ...server('compose', ['core/', 'client', 'client/', 'dashboard', 'server/'], {
      because: 'the composition imports the parts, and main imports it',
      instead: 'Return what main needs.',
    }),
    bans: [
      {
        of: ['server/main'],
        because: 'nobody imports main: importing it runs the program',
        instead: 'Move what is needed into compose.',
      },
    ],
  },
  {
    ...server('cli', ['core/', 'client', 'server/config', 'server/compose', 'server/scan', 'server/ops'], {
      because: 'a command asks a node through the client, or has compose open the data folder',
      instead: 'Use the client, or add to compose a function that opens just what the command needs.',
    }),
    bans: [
      {
        of: ['server/main'],
        because: 'nobody imports main: importing it runs the program',
        instead: 'Move what is needed into cli.',
      },
    ],
  },
  {
    ...server('main', ['core/', 'client', 'server/'], {
      because: 'main reads the arguments and hands over',
      instead: 'Move the code into cli or compose.',
    }),
    folder: 'packages/server/src/main.ts',
    bans: [],
  },
  {
    name: 'server/bin',
    folder: 'packages/server/bin',
    imports: ['server/main'],
    platform: 'any',
    packages: false,
    fetches: false,
    because: 'the preflight must parse and run on a Node that is too old for the rest',
    instead: 'Do it in main, which runs on the right Node.',
    bans: [],
  },
  {
    name: 'dashboard',
    folder: 'packages/dashboard/src',
    imports: ['client'],
    platform: 'none',
    packages: true,
    // A page asks the node that served it, by the browser's own fetch.
    fetches: true,
    because: 'the dashboard talks through the client alone, so that whatever it can do, a program can do',
    instead: 'Add what is missing to the client (types included) and use it from there.',
    bans: [],
  },
  ...['packages/dashboard', 'conformance', 'e2e', 'testing', 'bench', 'examples', 'docs', 'tools', '.ci'].map(
    (folder): Layer => ({
      name: folder === 'packages/dashboard' ? 'dashboard-build' : folder,
      folder,
      imports: ['core/', 'client', 'client/', 'server/', 'dashboard', 'testing', 'tools', 'conformance'],
      platform: 'any',
      packages: true,
      fetches: true,
      because: 'what surrounds the product uses it, and does not use its neighbours',
      instead: 'Move what both need into testing.',
      bans: [],
    }),
  ),
]

/**
 * The port folders: a sub-folder is an adapter, which compose, its own files and tests import, and nobody else.
 * A port file beside the adapters says what all of them do.
 */
export const PORTS: readonly string[] = ['server/ledger', 'server/bus', 'server/book']

/** Layers whose sub-folders are plug-ins that do not know each other. */
export const PLUGINS: readonly string[] = ['server/sources', 'server/doors']

/** What `*.test.ts` and `*.contract.ts` may import in each package, beside Node, development packages and `testing`. */
export const TEST_IMPORTS: Readonly<Record<string, readonly string[]>> = {
  core: ['core/', 'testing'],
  client: ['core/', 'client', 'client/', 'testing'],
  server: ['core/', 'client', 'client/', 'server/', 'testing'],
  dashboard: ['client', 'dashboard', 'testing'],
}

/** Packages that fetch: they would pass by the guard in outbound. */
export const FETCHERS: readonly string[] = ['undici', 'axios', 'got', 'ky', 'node-fetch', 'superagent', 'needle']

/** What a file or folder may not be called, for such a place collects whatever has no place. */
export const BANNED_NAMES: readonly string[] = [
  'util',
  'utils',
  'helper',
  'helpers',
  'common',
  'misc',
  'manager',
  'managers',
  'service',
  'services',
]

/** The greatest number of lines of a source file. */
export const LINES_MAX = 400

/** Files that may be longer, each with its reason. */
export const LONGER: Readonly<Record<string, string>> = {}

function server(
  name: string,
  imports: readonly string[],
  rest: {
    readonly because: string
    readonly instead: string
    readonly bans?: readonly Ban[]
    readonly fetches?: boolean
  },
): Layer {
  return {
    name: `server/${name}`,
    folder: `packages/server/src/${name}`,
    imports,
    platform: 'any',
    packages: true,
    fetches: rest.fetches ?? false,
    because: rest.because,
    instead: rest.instead,
    bans: [...(rest.bans ?? []), COMPOSED, CONFIGURED],
  }
}
