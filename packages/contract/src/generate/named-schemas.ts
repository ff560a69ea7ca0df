import { z } from 'zod'
import { errorBody } from '../error-body.ts'
import { jobDocument } from '../job-document.ts'
import * as farm from '../schemas/farm.ts'
import * as identity from '../schemas/identity.ts'
import * as jobs from '../schemas/jobs.ts'
import * as storage from '../schemas/storage.ts'
import * as system from '../schemas/system.ts'
import * as tenancy from '../schemas/tenancy.ts'
import { renderSettings } from '../steps/render-settings.ts'

/**
 * Objects of the contract by their name: an exported `jobSummary` is `JobSummary` in OpenAPI and in Python. What is
 * not exported stays nested where it is used.
 */
export const namedSchemas: Record<string, z.ZodObject> = collect({
  errorBody,
  jobDocument,
  renderSettings,
  ...system,
  ...identity,
  ...tenancy,
  ...storage,
  ...jobs,
  ...farm,
})

function collect(exported: Record<string, unknown>): Record<string, z.ZodObject> {
  const found: [string, z.ZodObject][] = []
  for (const [name, value] of Object.entries(exported)) {
    if (value instanceof z.ZodObject) found.push([name.charAt(0).toUpperCase() + name.slice(1), value])
  }
  return Object.fromEntries(found.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

const names = new Map<z.core.$ZodType, string>(Object.entries(namedSchemas).map(([name, schema]) => [schema, name]))

export function nameOf(schema: z.ZodType): string | undefined {
  return names.get(schema)
}

type JsonSchema = Record<string, unknown>

/** JSON Schema of a value, with references to the named ones inside it. */
export function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...result } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema, path }) {
      const name = names.get(zodSchema)
      if (name === undefined || path.length === 0) return
      for (const key of Object.keys(jsonSchema)) delete (jsonSchema as JsonSchema)[key]
      jsonSchema.$ref = `#/components/schemas/${name}`
    },
  })
  return result as JsonSchema
}

export function component(schema: z.ZodObject): JsonSchema {
  return jsonSchema(schema, 'input')
}
