import { counted } from '@backlot/base/format'
import { CodedError } from '@backlot/base/errors'
import type { WorkerInfo } from '@backlot/contract/schemas/farm'
import { formatHours, parseHours } from '@backlot/contract/working-hours'
import type { Client } from '@backlot/contract/client'
import { connect } from '../connection.ts'
import type { CliContext } from '../context.ts'
import { table } from '../output.ts'
import { printable } from '../printable.ts'

export async function list(context: CliContext): Promise<void> {
  const { client } = await connect(context)
  const { items } = await client.listWorkers({})
  const rows = items.map((worker) => [
    printable(worker.name),
    worker.holds.some(({ kind }) => kind !== 'gpu') && worker.state === 'online' ? 'held back' : worker.state,
    `${worker.running.length} of ${worker.slots}`,
    worker.probe?.chosen ?? 'not known',
    worker.blenders.map(({ version }) => version).join(' '),
    worker.holds.map(({ reason }) => printable(reason)).join(' '),
  ])
  const text =
    items.length === 0
      ? 'No worker has joined. Make a join token with `backlot token create --worker --name NAME`, then start `backlot worker`.'
      : table([['worker', 'state', 'busy', 'renders on', 'Blender', 'why it gets no work'], ...rows])
  context.output.answer({ workers: items }, text)
}

export async function show(context: CliContext, _: object, [which]: [string]): Promise<void> {
  const { client } = await connect(context)
  const worker = await findWorker(client, which)
  const { probe } = worker
  const lines: [string, string][] = [
    ['worker', worker.workerId],
    ['state', worker.state],
    ...worker.holds.map(({ kind, reason, since }): [string, string] => [kind, `${printable(reason)} Since ${since}.`]),
    ['hours', worker.hours === null ? 'always' : formatHours(worker.hours)],
    ...(worker.hourlyRate === null ? [] : [['costs', `${worker.hourlyRate} an hour`] as [string, string]]),
    ['slots', `${worker.running.length} of ${worker.slots} at work`],
    ['Blender', worker.blenders.map(({ version }) => version).join(', ') || 'none'],
    ['tags', worker.tags.map(printable).join(', ') || 'none'],
    ['machine', `${worker.platform}, ${counted(worker.cpus, 'CPU')}, ${Math.round(worker.memoryBytes / 2 ** 30)} GiB`],
    ['renders on', probe?.chosen ?? 'not known yet'],
    ...(probe?.tried ?? []).map(({ type, ok, reason }): [string, string] => [
      '',
      `${type}: ${ok ? 'works' : 'not used'}. ${printable(reason)}`,
    ]),
  ]
  context.output.answer(worker, table([[printable(worker.name), ''], ...lines]))
}

export async function pause(context: CliContext, { now = false }: { now?: boolean }, [which]: [string]): Promise<void> {
  const { client } = await connect(context)
  const { workerId } = await findWorker(client, which)
  const worker = await client.pauseWorker({ params: { workerId }, body: { now } })
  const rest = now ? 'what it held is queued again' : 'what it holds it finishes'
  context.output.answer(worker, `${printable(worker.name)} gets no more tasks; ${rest}.`)
}

export async function resume(context: CliContext, _: object, [which]: [string]): Promise<void> {
  const { client } = await connect(context)
  const { workerId } = await findWorker(client, which)
  const worker = await client.resumeWorker({ params: { workerId } })
  const [hold] = worker.holds
  const text = hold === undefined ? 'takes work again.' : `is still held back: ${printable(hold.reason)}`
  context.output.answer(worker, `${printable(worker.name)} ${text}`)
}

export async function hours(
  context: CliContext,
  { timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone }: { timeZone?: string },
  [which, text]: [string, string],
): Promise<void> {
  const spans = text === 'always' ? null : parseHours(text)
  if (spans === undefined) {
    const example = 'mon-fri 19:00-07:00, sat,sun 00:00-24:00'
    throw new CodedError('cli.usage', `"${text}" are no working hours: write them as "${example}", or always.`)
  }
  const { client } = await connect(context)
  const { workerId } = await findWorker(client, which)
  const change = { hours: spans === null ? null : { timeZone, spans } }
  const worker = await client.changeWorker({ params: { workerId }, body: change })
  const when = worker.hours === null ? 'always takes work' : `takes work ${formatHours(worker.hours)}`
  context.output.answer(worker, `${printable(worker.name)} ${when}.`)
}

export async function rate(context: CliContext, _: object, [which, text]: [string, string]): Promise<void> {
  const hourlyRate = text === 'none' ? null : Number(text)
  if (hourlyRate !== null && !(text.trim() !== '' && hourlyRate >= 0)) {
    throw new CodedError('cli.usage', `"${text}" is no rate: a number such as 0.9, or none.`)
  }
  const { client } = await connect(context)
  const { workerId } = await findWorker(client, which)
  const worker = await client.changeWorker({ params: { workerId }, body: { hourlyRate } })
  const says = hourlyRate === null ? 'has no rate' : `costs ${hourlyRate} an hour, of what it leases from now on`
  context.output.answer(worker, `${printable(worker.name)} ${says}.`)
}

export async function remove(context: CliContext, _: object, [which]: [string]): Promise<void> {
  const { client } = await connect(context)
  const { workerId, name } = await findWorker(client, which)
  await client.removeWorker({ params: { workerId } })
  const text = `${printable(name)} is forgotten; what it held is queued again. Its credential is not accepted any more.`
  context.output.answer({ workerId, name, removed: true }, text)
}

/** By its ID, or by a name that only one has. */
async function findWorker(client: Client, which: string): Promise<WorkerInfo> {
  const { items } = await client.listWorkers({})
  const found = items.filter(({ workerId, name }) => workerId === which.toLowerCase() || name === which)
  const [worker] = found
  if (worker !== undefined && found.length === 1) return worker
  if (worker === undefined) {
    throw new CodedError('worker.not_found', `There is no worker "${which}".`, { details: { worker: which } })
  }
  const ids = found.map(({ workerId }) => workerId)
  throw new CodedError('cli.usage', `${counted(found.length, 'worker')} are named "${which}": use an ID.`, {
    details: { ids },
  })
}
