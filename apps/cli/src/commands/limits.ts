import type { Limit } from '@backlot/contract/schemas/limits'
import { connect } from '../connection.ts'
import type { CliContext } from '../context.ts'
import { readId } from '../job-id.ts'
import { table } from '../output.ts'
import { printable } from '../printable.ts'

export async function list(context: CliContext): Promise<void> {
  const { client } = await connect(context)
  const { items } = await client.listLimits({})
  const rows = items.map((limit) => [limit.kind, printable(limit.name), ...cells(limit)])
  const text =
    items.length === 0
      ? 'No limits: every task runs as soon as a worker is free.'
      : table([['kind', 'name', 'running', 'max', 'min', 'weight'], ...rows])
  context.output.answer({ limits: items }, text)
}

function cells({ running, most, least, weight }: Limit): string[] {
  return [String(running), most === null ? 'none' : String(most), String(least), String(weight)]
}

function answer(context: CliContext, limit: Limit): void {
  const { kind, name, running, most, least, weight } = limit
  const limits = most === null ? 'no limit' : `at most ${most}`
  const extra = `${least > 0 ? `, ${least} before everything else` : ''}${weight === 1 ? '' : `, weight ${weight}`}`
  context.output.answer(limit, `${kind} ${printable(name)}: ${limits}${extra}; ${running} running.`)
}

interface PoolOptions {
  max: number | null
  min: number
}

export async function setPool(context: CliContext, { max, min }: PoolOptions, [name]: [string]): Promise<void> {
  const { client } = await connect(context)
  answer(context, await client.setLimit({ body: { kind: 'pool', name, most: max, least: min } }))
}

export async function setLicence(context: CliContext, options: { tokens: number }, [name]: [string]): Promise<void> {
  const { client } = await connect(context)
  answer(context, await client.setLimit({ body: { kind: 'licence', name, most: options.tokens } }))
}

export function setWeight(kind: 'project' | 'person') {
  return async (context: CliContext, { weight }: { weight: number }, [id]: [string]): Promise<void> => {
    const { client } = await connect(context)
    answer(context, await client.setLimit({ body: { kind, name: readId(id, kind), weight } }))
  }
}

interface TenantOptions {
  max: number | null
  weight: number
}

export async function setTenant(context: CliContext, { max, weight }: TenantOptions, [id]: [string]): Promise<void> {
  const { client } = await connect(context)
  const params = { tenantId: readId(id, 'tenant') }
  answer(context, await client.setTenantLimit({ params, body: { most: max, weight } }))
}

type Removable = 'pool' | 'licence' | 'project' | 'person'

export async function remove(context: CliContext, _: object, [kind, name]: [Removable, string]): Promise<void> {
  const { client } = await connect(context)
  await client.removeLimit({ params: { kind, name } })
  context.output.answer({ kind, name, removed: true }, `The limit of the ${kind} ${printable(name)} is gone.`)
}
