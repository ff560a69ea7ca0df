import { randomUUID } from 'node:crypto'
import { isBinary, type Route } from '@backlot/contract/route'
import type { Lease } from '@backlot/contract/schemas/farm'
import { z } from 'zod'

type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

interface Schema {
  type?: string
  format?: string
  pattern?: string
  enum?: Json[]
  const?: Json
  minLength?: number
  minItems?: number
  minimum?: number
  maximum?: number
  properties?: Record<string, Schema>
  items?: Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
}

/** A body that fits the route's schema; undefined: the route takes none. */
export function sampleBody(route: Route): Json | undefined {
  const schema = schemaOf(route)
  return schema && sample(schema, '')
}

/** The sample with each of its values replaced by what breaks naive programs, and bodies that are no such object. */
export function* hostileBodies(
  route: Route,
  { attemptId, fence }: Pick<Lease, 'attemptId' | 'fence'>,
): Generator<Json> {
  const schema = schemaOf(route)
  if (schema === undefined) return
  const body = sample(schema, '')
  // In the name of the attempt that the caller holds, so that what is sent gets as far as it can.
  const held = (value: Json): Json =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && 'attemptId' in value
      ? { ...value, attemptId, fence }
      : value
  yield* [null, [], 'text', 0, {}, '{', `{"__proto__":{"a":1},"constructor":{"prototype":{"a":1}}}`]
  for (const { change, value } of places(body)) {
    const odd = typeof value === 'string' ? oddTexts : typeof value === 'number' ? oddNumbers : oddValues
    for (const one of odd) yield held(change(one))
  }
}

const oddTexts: Json[] = [
  'nul \0 in it',
  'half \ud800 a pair',
  `'; drop table backlot.jobs; --`,
  '${7*7}{{7*7}}%s%n',
  '\r\nset-cookie: a=b\x1b[31m',
  '\u202Eevil',
  '__proto__',
  '',
  'a'.repeat(5000),
  0,
  null,
  { toString: 1 },
]
const oddNumbers: Json[] = [-1, 2 ** 31, 2 ** 53 - 1, -(2 ** 53), 1e308, 5e-324, 0.5, '1', null]
const oddValues: Json[] = [null, 'x', -1, [], {}, [[[[]]]], { __proto__: null }]

/** Every value inside, with a function that replaces it. */
function* places(value: Json): Generator<{ value: Json; change: (to: Json) => Json }> {
  if (typeof value !== 'object' || value === null) return
  for (const name of Object.keys(value)) {
    const inner = (value as Record<string, Json>)[name] as Json
    const put = (to: Json): Json =>
      Array.isArray(value) ? value.with(Number(name), to) : { ...(value as Record<string, Json>), [name]: to }
    yield { value: inner, change: put }
    for (const deeper of places(inner)) yield { value: deeper.value, change: (to) => put(deeper.change(to)) }
  }
}

function schemaOf({ body }: Route): Schema | undefined {
  return body === undefined || isBinary(body) ? undefined : (z.toJSONSchema(body, { io: 'input' }) as Schema)
}

/** Texts that some pattern or rule of the contract asks for. */
const known = ['0'.repeat(64), '5.0.1', 'slug', '1-2', '19:00', 'a', 'ada@example.org']

function sample(schema: Schema, name: string): Json {
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return schema.enum.at(-1) ?? null
  const choice = (schema.anyOf ?? schema.oneOf)?.[0]
  if (choice !== undefined) return sample(choice, name)
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([field, of]) => [field, sample(of, field)]),
      )
    case 'array':
      return [sample(schema.items ?? {}, name)]
    case 'integer':
    case 'number':
      return Math.max(1, schema.minimum ?? 1)
    case 'boolean':
      return true
    case 'string':
      return sampleText(schema, name)
    default:
      return null
  }
}

function sampleText({ format, pattern, minLength = 0 }: Schema, name: string): string {
  if (format === 'uuid') return randomUUID()
  if (format === 'date-time') return '2026-01-01T00:00:00Z'
  if (format === 'email') return 'ada@example.org'
  if (name === 'frames') return '1-2'
  if (name === 'timeZone') return 'UTC'
  const found = known.find((text) => pattern === undefined || new RegExp(pattern).test(text)) ?? 'a'
  return pattern === undefined ? 'a'.repeat(Math.max(1, minLength)) : found
}
