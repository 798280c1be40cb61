/** The history of names: hosting, registration, and what that comes to. */
export type { AddressContext, Site } from './facts.ts'
export { openWebHistory, type WebHistory, type WebHistoryOptions, type WebNumbers } from './history.ts'
export type { RdapParts, RdapProtocol, RegistryFetch } from './registration.ts'
export type { AddressOf, MoveOf, WebHistoryOf } from './telling.ts'
