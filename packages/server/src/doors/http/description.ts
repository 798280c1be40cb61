/** The description of the API: OpenAPI 3.1 from the schemas that check it, and a page that lists the operations. */
import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { DOCS_PAGE, DOCS_SCRIPT } from './docs-page.ts'
import type { Schema } from './shapes.ts'

/** Mounts `/openapi.json` and `/docs`. To be called before any route is added: it collects them as they come. */
export async function mountDescription(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Tocsin',
        version,
        description:
          'Reputations of addresses, domains, pages and files. Errors are application/problem+json (RFC 9457).',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          key: { type: 'apiKey', in: 'header', name: 'X-Tocsin-Key' },
        },
      },
      security: [{ bearer: [] }, { key: [] }, {}],
    },
    refResolver: {
      buildLocalReference: (schema, _base, _fragment, index) => {
        return typeof schema['$id'] === 'string' ? schema['$id'] : `def-${index}`
      },
    },
    transform: ({ schema, url }) => ({ schema: named(schema as Schema | undefined), url: url.replace('*', ':value') }),
  })
  const hidden = { schema: { hide: true } }
  app.get('/openapi.json', hidden, () => app.swagger())
  app.get('/docs', hidden, (_request, reply) => reply.type('text/html; charset=utf-8').send(DOCS_PAGE))
  app.get('/docs/operations.js', hidden, (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').send(DOCS_SCRIPT),
  )
}

/** A route's schema with the rest of a path, `*` in Fastify, under the name that OpenAPI needs. */
function named(schema: Schema | undefined): Schema {
  const params = schema?.['params'] as { readonly properties: Schema; readonly required: readonly string[] } | undefined
  if (params?.properties['*'] === undefined) return schema ?? {}
  const { '*': value, ...properties } = params.properties
  const required = params.required.map(name => (name === '*' ? 'value' : name))
  return { ...schema, params: { ...params, required, properties: { ...properties, value } } }
}
