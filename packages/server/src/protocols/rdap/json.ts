/** JSON from a registry: anything may stand in it, and as much as it likes. */
import { fail, ok, type Result } from '@tocsin/core/base'

/** A JSON object whose fields have not been looked at. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Parses bytes as one JSON object in UTF-8; `invalid` for anything else, and for more than `bytesMax`. Never throws. */
export function readObject(bytes: Uint8Array, what: string, bytesMax: number): Result<JsonObject> {
  if (bytes.length > bytesMax) {
    return fail('invalid', `Cannot read ${what}: it must have at most ${bytesMax} bytes, found ${bytes.length}`)
  }
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return isObject(value) ? ok(value) : fail('invalid', `Cannot read ${what}: it must be a JSON object`)
  } catch {
    return fail('invalid', `Cannot read ${what}: it must be JSON in UTF-8`)
  }
}

/** The items of a list; none of what is no list, and no more than `most`. */
export function listIn(value: unknown, most: number): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, most) : []
}

/** The objects of a list; what is none is left out. */
export function objectsIn(value: unknown, most: number): readonly JsonObject[] {
  return listIn(value, most).filter(isObject)
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
