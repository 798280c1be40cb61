/** The shapes of what comes in, by the schemas of `core/wire`: checked strictly, refused in words that name the field. */
import SerializerSelector from '@fastify/fast-json-stringify-compiler'
import { ProblemError } from '@tocsin/core/base'
import * as wire from '@tocsin/core/wire'
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import type { FastifySchemaCompiler, FastifySchemaValidationError } from 'fastify'

/** A part of a JSON Schema. */
export type Schema = Readonly<Record<string, unknown>>

/** Says what is wrong with a value; `undefined` if nothing is. */
export type ShapeCheck = (value: unknown) => string | undefined

/** More of a value than this many characters is not quoted back. */
const QUOTED_MAX = 80

/** The schemas that crossing values have, by the names that the API's description gives them. */
export const SHARED_SCHEMAS: readonly Schema[] = Object.values(wire)
  .filter(value => typeof value === 'object' && '$id' in value)
  .map(schema => withReferences(schema as Schema))

/** Stands for one of {@link SHARED_SCHEMAS} in a route. */
export function refTo(schema: { readonly $id: string }): Schema {
  return { $ref: `${schema.$id}#` }
}

/** Compiles checks. Nothing is coerced, filled in or dropped, but for query strings, where all values come as text. */
export class Shapes {
  readonly #strict = createAjv({})
  readonly #coercing = createAjv({ coerceTypes: true })

  /** The check of values that come one by one, as items of a report. */
  checkOf(schema: { readonly $id: string }): ShapeCheck {
    const validate = compiledAtFirst(() => this.#strict.compile(refTo(schema)))
    return value => (validate(value) ? undefined : sentenceOf(validate.errors ?? []))
  }

  /** For Fastify's routes. */
  readonly compiler: FastifySchemaCompiler<Schema> = ({ schema, httpPart }) =>
    compiledAtFirst(() => (httpPart === 'querystring' ? this.#coercing : this.#strict).compile(schema))
}

/**
 * What writes answers by their schemas, for Fastify. As with checks, a route's is compiled when it is asked for the first time: all
 * of them at the start took a second of the three until a node was ready.
 */
export const serializers: SerializerSelector.SerializerFactory = (...parts) => {
  const compile = SerializerSelector()(...parts)
  return route => {
    let write: SerializerSelector.Serializer | undefined
    return value => {
      write ??= compile(route)
      return write(value)
    }
  }
}

/** A check that is compiled when it is asked for the first time, with the errors of its last word as Ajv leaves them. */
function compiledAtFirst(compile: () => ValidateFunction) {
  let validate: ValidateFunction | undefined
  const check = (value: unknown): boolean => {
    validate ??= compile()
    const isFine = validate(value)
    check.errors = validate.errors ?? null
    return isFine
  }
  check.errors = null as ErrorObject[] | null
  return check
}

/** What Fastify throws for errors that {@link Shapes.compiler} found. */
export function shapeProblem(errors: readonly FastifySchemaValidationError[], part: string): ProblemError {
  const where = part === 'querystring' ? 'query' : part === 'params' ? 'path' : part
  return new ProblemError({ code: 'invalid', message: `Cannot read the ${where}: ${sentenceOf(errors)}` })
}

function createAjv(options: { readonly coerceTypes?: boolean }): Ajv {
  // `strict` refuses schemas with unknown words; `verbose` hands over the value that was found.
  const ajv = new Ajv({ strict: true, verbose: true, removeAdditional: false, useDefaults: false, ...options })
  addFormats.default(ajv)
  for (const schema of SHARED_SCHEMAS) ajv.addSchema(schema)
  return ajv
}

/** A schema in which others with a name stand as references: one definition each, in checks and in the description. */
function withReferences(schema: Schema): Schema {
  const replaced = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(replaced)
    if (typeof part !== 'object' || part === null) return part
    if ('$id' in part && typeof part.$id === 'string') return refTo({ $id: part.$id })
    return withReferences(part as Schema)
  }
  return Object.fromEntries(Object.entries(schema).map(([name, part]) => [name, replaced(part)]))
}

/** The first error as a sentence. */
function sentenceOf(errors: readonly (FastifySchemaValidationError & Partial<Pick<ErrorObject, 'data'>>)[]): string {
  const [error] = errors
  if (error === undefined) return 'it has another shape than it must'
  const at = fieldName(error.instancePath)
  const { params } = error
  const inner = (name: unknown) => quoted(at === '' ? String(name) : `${at}.${String(name)}`)
  switch (error.keyword) {
    case 'additionalProperties':
      return `field ${inner(params['additionalProperty'])} is not known`
    case 'required':
      return `field ${inner(params['missingProperty'])} is missing`
    case 'enum':
      return `${field(at)} must be one of ${(params['allowedValues'] as unknown[]).join(', ')}${found(error.data)}`
    default:
      return `${field(at)} ${error.message ?? 'is not as it must be'}${found(error.data)}`
  }
}

/** `/related/3` as `related[3]`. */
function fieldName(path: string): string {
  const steps = path.split('/').slice(1)
  return steps.map((step, at) => (/^\d+$/.test(step) ? `[${step}]` : at === 0 ? step : `.${step}`)).join('')
}

function field(name: string): string {
  return name === '' ? 'it' : `field ${quoted(name)}`
}

function found(value: unknown): string {
  return typeof value === 'object' ? '' : `, found ${quoted(value)}`
}

function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : String(value)
  return JSON.stringify(text.length > QUOTED_MAX ? `${text.slice(0, QUOTED_MAX)}…` : text)
}
