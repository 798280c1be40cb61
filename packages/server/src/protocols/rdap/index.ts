/** RDAP, what registries say of names: bytes to facts, without sockets. */
export { BOOTSTRAP_BYTES_MAX, BOOTSTRAP_URL, type Bootstrap, domainUrl, readBootstrap, serverFor } from './bootstrap.ts'
export { DOMAIN_BYTES_MAX, type Registration, readDomain } from './domain.ts'
