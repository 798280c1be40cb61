/**
 * JSON Schema literals as the one place that says what crosses a boundary: TypeScript reads its types from them, the
 * server compiles its validators from them, and OpenAPI publishes them as they are.
 */

/** The TypeScript type of a JSON Schema literal (the subset used here), deeply readonly. */
export type FromSchema<S> = S extends { readonly const: infer C }
  ? C
  : S extends { readonly enum: readonly (infer E)[] }
    ? E
    : S extends { readonly anyOf: readonly (infer A)[] }
      ? FromSchema<A>
      : S extends { readonly type: 'string' }
        ? string
        : S extends { readonly type: 'integer' | 'number' }
          ? number
          : S extends { readonly type: 'boolean' }
            ? boolean
            : S extends { readonly type: 'array'; readonly items: infer I }
              ? readonly FromSchema<I>[]
              : S extends { readonly type: 'object'; readonly properties: infer P }
                ? ObjectFrom<P, S extends { readonly required: readonly (infer R)[] } ? R : never>
                : S extends { readonly type: 'object'; readonly additionalProperties: infer A }
                  ? { readonly [name: string]: FromSchema<A> }
                  : unknown

type ObjectFrom<P, R> = { readonly [K in keyof P as K extends R ? K : never]: FromSchema<P[K]> } & {
  readonly [K in keyof P as K extends R ? never : K]?: FromSchema<P[K]>
}
