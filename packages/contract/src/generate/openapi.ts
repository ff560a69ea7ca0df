import { z } from 'zod'
import { errorBody } from '../error-body.ts'
import { type ErrorCode, statusOf } from '../errors.ts'
import { type Access, apiPrefix, isBinary, type Route } from '../route.ts'
import { routeList } from '../routes/all.ts'
import { component, jsonSchema, nameOf, namedSchemas } from './named-schemas.ts'

type Json = Record<string, unknown>

/** The API as an OpenAPI 3.1 document. */
export function openApi(version: string): Json {
  const paths: Record<string, Record<string, Json>> = {}
  for (const [id, route] of routeList) {
    const path = (paths[apiPrefix + route.path] ??= {})
    path[route.method.toLowerCase()] = operation(id, route)
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Backlot', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(namedSchemas).map(([name, schema]) => [name, component(schema)])),
      securitySchemes: {
        session: { type: 'http', scheme: 'bearer', description: 'A session or a personal access token.' },
        cookie: { type: 'apiKey', in: 'cookie', name: 'backlot_session' },
        worker: {
          type: 'http',
          scheme: 'bearer',
          description: "A worker's access token, with `backlot-attempt` for what belongs to a task.",
        },
      },
    },
  }
}

function operation(id: string, route: Route): Json {
  const { body, response } = route
  return {
    operationId: id,
    summary: route.summary,
    'x-access': route.access,
    ...(route.ratePerMinute === undefined ? {} : { 'x-rate-per-minute': route.ratePerMinute }),
    security: securityOf(route.access),
    parameters: [...parameters(route.params, 'path'), ...parameters(route.query, 'query')],
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: isBinary(body)
              ? { [body.binary]: {} }
              : { 'application/json': { schema: reference(body, 'input') } },
          },
        }),
    responses: {
      ...(response === undefined
        ? { 204: { description: 'Done.' } }
        : {
            200: {
              description: 'Done.',
              content: isBinary(response)
                ? { [response.binary]: {} }
                : { 'application/json': { schema: reference(response, 'output') } },
            },
          }),
      ...errorResponses(route),
    },
  }
}

function errorResponses(route: Route): Json {
  const codes: ErrorCode[] = [...(route.errors ?? [])]
  if (route.access !== 'public')
    codes.push('auth.required', 'auth.invalid_token', 'auth.expired_token', 'auth.forbidden')
  if (route.params ?? route.query ?? route.body) codes.push('request.invalid')
  if (route.ratePerMinute !== undefined) codes.push('request.rate_limited')
  const byStatus = Map.groupBy(new Set(codes), statusOf)
  const content = { 'application/json': { schema: reference(errorBody, 'output') } }
  return Object.fromEntries(
    [...byStatus]
      .toSorted(([a], [b]) => a - b)
      .map(([status, list]) => [status, { description: list.map((code) => `\`${code}\``).join(', '), content }]),
  )
}

function parameters(schema: z.ZodObject | undefined, where: 'path' | 'query'): Json[] {
  return Object.entries(schema?.shape ?? {}).map(([name, field]) => ({
    name,
    in: where,
    required: where === 'path' || !z.safeParse(field as z.ZodType, undefined).success,
    schema: jsonSchema(field as z.ZodType, 'input'),
  }))
}

function securityOf(access: Access): Json[] {
  if (access === 'public') return []
  if (access === 'worker' || access === 'attempt') return [{ worker: [] }]
  const person = [{ session: [] }, { cookie: [] }]
  return typeof access === 'object' && access.orAttempt ? [...person, { worker: [] }] : person
}

function reference(schema: z.ZodType, io: 'input' | 'output'): Json {
  const name = nameOf(schema)
  return name === undefined ? jsonSchema(schema, io) : { $ref: `#/components/schemas/${name}` }
}
