/**
 * The load generator of the benchmark `leases`, a process of its own: enrols workers, then runs the phases it was given
 * (JSON as its argument).
 */
import { apiPrefix } from '@backlot/contract/route'
import type { Lease } from '@backlot/contract/schemas/farm'
import { HttpLine } from './http-line.ts'
import { bodies, helloOf, runLoad, type SimulatedWorker } from './lease-cycles.ts'
import { type LoadPlan, say, summarise } from './lease-plan.ts'

const plan = JSON.parse(process.argv[2] as string) as LoadPlan
const { hostname, port } = new URL(plan.server)
const workers: { line: HttpLine; worker: SimulatedWorker }[] = []
for (let index = 0; index < plan.workers; index += 50) {
  const some = Array.from({ length: Math.min(50, plan.workers - index) }, (_, place) => enrol(index + place))
  workers.push(...(await Promise.all(some)))
}
const simulated = workers.map(({ worker }) => worker)
let fastest = 0
for (const phase of plan.phases) {
  const rate = phase.share === undefined ? undefined : Math.min(phase.atMost, phase.share * fastest)
  await say({ begins: phase.name })
  const { seconds, leaseApart } = phase
  const load = await runLoad(simulated, {
    seconds,
    ...(rate !== undefined && { rate }),
    ...(leaseApart !== undefined && { leaseApart }),
  })
  const result = summarise(phase.name, load, rate)
  fastest = Math.max(fastest, phase.leaseApart === true ? 0 : result.cyclesPerSecond)
  await say({ ended: result })
}
for (const { line } of workers) line.close()
process.stdin.destroy()

/** Every worker is a machine of its own to the server: it has its own connection and its own address. */
async function enrol(index: number): Promise<{ line: HttpLine; worker: SimulatedWorker }> {
  const localAddress = `127.1.${index >> 8}.${index & 255}`
  const line = new HttpLine({ host: hostname, port: Number(port), localAddress })
  const post = async (path: string, body: unknown, headers = '') => {
    const answer = await line.post(apiPrefix + path, body, headers)
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${answer.body}`)
    return answer.body === '' ? undefined : (JSON.parse(answer.body) as unknown)
  }
  const enrolled = await post('/worker/enrol', { joinToken: plan.joinToken, hello: helloOf(index) })
  const { token } = (await post('/worker/token', enrolled)) as { token: string }
  const asWorker = `authorization: Bearer ${token}\r\n`
  await post('/worker/hello', helloOf(index), asWorker)
  const worker: SimulatedWorker = {
    lease: async () => ((await post('/worker/lease', bodies.lease, asWorker)) as { leases: Lease[] }).leases[0],
    renew: async (lease) => void (await post('/worker/renew', bodies.renew(lease), asWorker)),
    finish: async (lease, slots) => {
      const answer = await post('/worker/finish', bodies.finish(lease, plan.sha256, slots), asWorker)
      return (answer as { leases: Lease[] }).leases[0]
    },
  }
  return { line, worker }
}
