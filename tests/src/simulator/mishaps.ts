import type { Operation, SimulatedServer, SimulatedWorker } from './actors.ts'
import { fail } from './operations.ts'
import type { Mishap } from './schedule.ts'

/** What a mishap can do to the studio. */
export interface MishapActs {
  worker(dice: number): SimulatedWorker
  server(dice: number): SimulatedServer
  servers: readonly SimulatedServer[]
  tell(text: string): void
  do(operation: Operation): Promise<void>
  tick(seconds: number): Promise<void>
  restart(server: SimulatedServer): void
  /** Time goes by and nobody notices. */
  pass(seconds: number): void
}

type Act = (acts: MishapActs, dice: readonly number[]) => Promise<void> | void

export const mishapActs: Record<Mishap, Act> = {
  worker_crash(acts, [which = 0]) {
    const one = acts.worker(which)
    one.isDown = true
    one.worker.held.clear()
    one.hung.clear()
    acts.tell(`worker ${one.number} crashes`)
  },
  async worker_return(acts, [which = 0, at = 0]) {
    const one = acts.worker(which)
    Object.assign(one, { isDown: false, isSlow: false })
    await acts.do({
      label: `worker ${one.number} says hello`,
      send: async ({ server }) => {
        one.worker.server = server
        await one.worker.hello({ name: `worker ${one.number}`, slots: 1 + Math.floor(at * 2) })
      },
    })
  },
  partition(acts, [which = 0]) {
    const one = acts.worker(which)
    one.isCutOff = true
    acts.tell(`worker ${one.number} is cut off`)
  },
  heal(acts) {
    for (const one of [0.1, 0.5, 0.9].map(acts.worker)) one.isCutOff = false
    acts.tell('the network is whole')
  },
  hang(acts, [which = 0]) {
    const one = acts.worker(which)
    for (const id of one.worker.held.keys()) one.hung.add(id)
    acts.tell(`Blender hangs on worker ${one.number}`)
  },
  slow(acts, [which = 0]) {
    const one = acts.worker(which)
    one.isSlow = true
    acts.tell(`worker ${one.number} is slow`)
  },
  clock_jump(acts, [which = 0, far = 0]) {
    const server = acts.server(which)
    server.offset = Math.round((far - 0.5) * 180_000)
    acts.tell(`the clock of a server is off by ${server.offset / 1000} s`)
  },
  server_restart(acts, [which = 0]) {
    acts.restart(acts.server(which))
    acts.tell('a server restarts')
  },
  async outage(acts, [long = 0]) {
    for (const server of acts.servers) acts.restart(server)
    acts.pass(60 + Math.round(long * 300))
    acts.tell('both servers were away for minutes')
    await acts.tick(1)
  },
  drop_notification(acts) {
    for (const { coalescers } of acts.servers) coalescers.drop()
    acts.tell('notifications are lost')
  },
  async disk_full_worker(acts, [which = 0]) {
    const one = acts.worker(which)
    const lease = [...one.worker.held.values()][0]
    if (lease !== undefined && !one.isDown) await acts.do(fail(one, lease, 'disk_full'))
  },
}
