import { describe, expect, it } from 'vitest'
import { by, Job, Worker, useInstallation } from './harness.ts'

/** When what is queued will be rendered. Every frame takes 2 s. */
const farm = useInstallation()

const submit = (changes: Parameters<typeof Job.submit>[2] = {}) =>
  Job.submit(farm.server, farm.tenant.person(), changes)
const queue = () =>
  farm.server.farm.routes.showQueue({ params: undefined, query: undefined, body: undefined }, by(farm.tenant.person()))

describe('the queue', () => {
  it('tells when it will be done once some frames are measured', async () => {
    expect(await queue()).toMatchObject({ jobs: 0, frames: 0, p50: 0 })
    const worker = await Worker.join(farm.server, farm.tenant.tenantId, { slots: 2 })
    await submit({ frames: '1-10' })
    expect(await queue()).toMatchObject({ jobs: 1, frames: 10, unknownFrames: 10, slots: 2, p50: null })
    for (let frame = 0; frame < 4; frame++) await worker.complete((await worker.lease())[0]!)
    const told = await queue()
    expect(told).toMatchObject({ frames: 6, unknownFrames: 0, workerSeconds: 12, p50: 6 })
    expect(told.p80).toBeGreaterThan(6)
    await worker.offline()
    expect(await queue()).toMatchObject({ slots: 0, workerSeconds: 12, p50: null })
  })

  it('and a job know what the same file took before', async () => {
    const worker = await Worker.join(farm.server, farm.tenant.tenantId)
    await submit({ frames: '1-5' })
    await worker.workUntilIdle()
    farm.installation.clock.advance(60)
    const again = await submit({ frames: '1-20' })
    expect(await queue()).toMatchObject({ frames: 20, unknownFrames: 0, workerSeconds: 40 })
    await worker.lease()
    const { eta } = await again.show()
    expect(eta).toMatchObject({ secondsPerFrame: 2, p50: 40 })
    await again.cancel()
    const larger = await submit({ frames: '1-20', render: { blendPath: 'scene.blend', percentage: 200 } })
    await worker.lease()
    expect((await larger.show()).eta).toMatchObject({ secondsPerFrame: null, p50: null })
  })
})
