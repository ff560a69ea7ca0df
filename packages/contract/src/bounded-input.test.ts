import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { isBinary } from './route.ts'
import { routeList } from './routes/all.ts'
import { maxInt32, programText, plainObject } from './schemas/common.ts'

interface Schema {
  type?: string
  format?: string
  pattern?: string
  enum?: unknown[]
  const?: unknown
  maxLength?: number
  maxItems?: number
  maximum?: number
  minimum?: number
  properties?: Record<string, Schema>
  additionalProperties?: Schema
  propertyNames?: Schema
  items?: Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
}

/** Kept in 64 bits: sizes, and numbers that only grow. */
const wide = new Set(['size', 'memoryBytes', 'beat', 'after', 'before'])
/** Objects of any content; `plainObject` bounds their depth, the body's limit their length. */
const open = new Set(['submitJob.body.stages.output'])

/** What in an input has no end. */
function endless(schema: Schema, path: string): string[] {
  if (schema.enum !== undefined || schema.const !== undefined) return []
  const choices = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]
  if (choices.length > 0) return choices.flatMap((choice) => endless(choice, path))
  switch (schema.type) {
    case 'boolean':
    case 'null':
      return []
    case 'string': {
      const isFormat = schema.format === 'uuid' || schema.format === 'date-time'
      const isBounded = schema.pattern?.startsWith('^') && !/[*+]|,\}/.test(schema.pattern)
      return schema.maxLength !== undefined || isFormat || isBounded ? [] : [`${path}: text of any length`]
    }
    case 'integer':
    case 'number': {
      const limit = wide.has(path.split('.').at(-1) ?? '') ? Number.MAX_SAFE_INTEGER : maxInt32
      const isBounded = (schema.maximum ?? Infinity) <= limit && (schema.minimum ?? -Infinity) >= -maxInt32
      return isBounded ? [] : [`${path}: a number of any size`]
    }
    case 'array':
      return [
        ...(schema.maxItems === undefined ? [`${path}: a list of any length`] : []),
        ...endless(schema.items ?? {}, path),
      ]
    case 'object':
      if (open.has(path)) return []
      if (schema.propertyNames !== undefined) return [`${path}: an object of any content`]
      return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => endless(field, `${path}.${name}`))
    default:
      return [`${path}: anything`]
  }
}

describe.each(routeList)('what %s takes', (id, { params, query, body }) => {
  it('has an end everywhere: every text, list and number', () => {
    const inputs = { params, query, body: isBinary(body) ? undefined : body }
    const found = Object.entries(inputs).flatMap(([where, schema]) =>
      schema === undefined ? [] : endless(z.toJSONSchema(schema, { io: 'input' }) as Schema, `${id}.${where}`),
    )
    expect(found).toEqual([])
  })
})

describe('what programs write', () => {
  it('keeps its text, but for what is too long or no database takes', () => {
    expect(programText(20).parse('a\0b \ud83d\ude00 \ud83d')).toBe('a\uFFFDb \ud83d\ude00 \uFFFD')
    expect(programText(2).parse('a\ud83d\ude00')).toBe('a\uFFFD')
  })

  it('is an object that is not nested deeply', () => {
    const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)])
    expect(plainObject.safeParse({ a: nested(19) }).success).toBe(true)
    expect(plainObject.safeParse({ a: nested(20) }).success).toBe(false)
    const text = `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`
    expect(plainObject.safeParse(JSON.parse(text)).success).toBe(false)
  })
})
