/**
 * The same cycles as `lease-load.ts` without HTTP: the server's own handlers and statements in this process, on the
 * database of a stopped installation. What it reaches is the limit of SQL and of the farm's rules on this machine.
 * Argument: JSON as for `lease-load.ts`, with the data folder as `server` and no join token.
 */
import { createLogger } from '@backlot/base/node/logger'
import type { Lease } from '@backlot/contract/schemas/farm'
import { openDatabase } from '@backlot/db/database'
import { prepareDatabase } from '@backlot/db/prepare'
import { Broker } from '@backlot/hub/broker'
import { compose } from '@backlot/server/compose'
import { bodies, helloOf, runLoad, type SimulatedWorker } from './lease-cycles.ts'
import { type LoadPlan, say, summarise } from './lease-plan.ts'

const plan = JSON.parse(process.argv[2] as string) as LoadPlan
const prepared = await prepareDatabase({ dataFolder: plan.server })
const database = openDatabase(prepared.settings)
const composition = await compose({
  settings: {
    dataFolder: plan.server,
    host: '127.0.0.1',
    port: 0,
    publicUrl: undefined,
    trustProxy: [],
    metricsToken: undefined,
    databaseUrl: undefined,
    webFolder: undefined,
    logLevel: 'error',
    endWithParent: false,
  },
  logger: createLogger({ app: 'server', level: 'error' }),
  database,
  broker: new Broker(),
  publicUrl: () => 'http://127.0.0.1',
})
const joinToken = await composition.createLocalWorkerToken()
const workers = await Promise.all(Array.from({ length: plan.workers }, (_, index) => enrol(index)))
for (const { name, seconds } of plan.phases) {
  await say({ begins: name })
  await say({ ended: summarise(name, await runLoad(workers, { seconds }), undefined) })
}
await composition.close()
await database.close()
await prepared.stop()
process.stdin.destroy()

async function enrol(index: number): Promise<SimulatedWorker> {
  const call = async (id: string, body: unknown, headers: Record<string, string> = {}) => {
    const caller = await composition.verifyCaller(headers, '127.0.0.1')
    const handler = composition.handlers[id] as (typeof composition.handlers)[string]
    return handler({ params: undefined, query: undefined, body }, { caller } as Parameters<typeof handler>[1])
  }
  const { credential } = (await call('enrolWorker', { joinToken, hello: helloOf(index) })) as { credential: string }
  const { token } = (await call('workerToken', { credential })) as { token: string }
  const asWorker = { authorization: `Bearer ${token}` }
  await call('workerHello', helloOf(index), asWorker)
  return {
    lease: async () => ((await call('lease', bodies.lease, asWorker)) as { leases: Lease[] }).leases[0],
    renew: async (lease) => void (await call('renew', bodies.renew(lease), asWorker)),
    finish: async (lease, slots) => {
      const answer = await call('finish', bodies.finish(lease, plan.sha256, slots), asWorker)
      return (answer as { leases: Lease[] }).leases[0]
    },
  }
}
