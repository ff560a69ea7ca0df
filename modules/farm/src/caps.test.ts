import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allocate, type RankedStep } from './allocate.ts'
import { Caps, type Usage } from './caps.ts'
import { ServiceHistory, Shares } from './shares.ts'

const usage = (kind: Usage['kind'], name: string, most: number | null, running = 0, least = 0): Usage => ({
  tenantId: 't',
  kind,
  name,
  most,
  least,
  running,
})
const step = (stepId: string, changes: Partial<RankedStep> = {}): RankedStep => ({
  stepId,
  jobId: `job of ${stepId}`,
  tenantId: 't',
  projectId: 'p',
  ownerId: 'o',
  priority: 50,
  available: 100,
  pool: null,
  licences: [],
  mostRunning: null,
  ...changes,
})
const given = (slots: number, steps: RankedStep[], caps: Caps) =>
  allocate([{ workerId: 'a', slots, steps }], new Shares([], new ServiceHistory()), caps).map(({ step }) => step.stepId)

describe('limits', () => {
  it('bound what is handed out, and let others have the rest', () => {
    const caps = new Caps([usage('pool', 'heavy', 3, 1)])
    expect(given(4, [step('a', { pool: 'heavy' }), step('b')], caps)).toEqual(['a', 'a', 'b', 'b'])
    expect(caps.hasRefused).toBe(true)
  })

  it('of a licence that nobody has set is none', () => {
    expect(given(1, [step('a', { licences: ['nuke'] })], new Caps([]))).toEqual([])
  })

  it('of a job count although nothing of it runs yet', () => {
    expect(given(4, [step('a', { mostRunning: 2 })], new Caps([]))).toEqual(['a', 'a'])
  })

  it('put a pool below its promise before a higher priority', () => {
    const caps = new Caps([usage('pool', 'dailies', null, 1, 2)])
    const steps = [step('urgent', { priority: 90 }), step('daily', { pool: 'dailies', priority: 1 })]
    expect(given(3, steps, caps)).toEqual(['daily', 'urgent', 'urgent'])
  })

  it('put a promise before the scene that a worker has loaded', () => {
    const caps = new Caps([usage('pool', 'dailies', null, 0, 1)])
    const steps = [step('loaded', { priority: 90 }), step('daily', { pool: 'dailies', priority: 1 })]
    const asking = [{ workerId: 'a', slots: 2, steps, stayWith: 'job of loaded' }]
    const grants = allocate(asking, new Shares([], new ServiceHistory()), caps)
    expect(grants.map(({ step }) => step.stepId)).toEqual(['daily', 'loaded'])
  })

  it('tell what has no room at all', () => {
    const full = Caps.fullOf([
      usage('tenant', '', 2, 2),
      usage('pool', 'heavy', 1, 1),
      usage('pool', 'light', null, 7),
      usage('licence', 'nuke', 2, 1),
      usage('licence', 'arnold', 1, 1),
    ])
    expect(full).toEqual({ tenants: ['t'], pools: ['t heavy'], openLicences: ['t nuke'] })
  })

  it('are never exceeded, whatever is asked for in whatever order', () => {
    const pools = ['a', 'b', null] as const
    const aStep = fc.record({
      available: fc.integer({ min: 0, max: 6 }),
      priority: fc.integer({ min: 0, max: 2 }),
      pool: fc.constantFrom(...pools),
      licences: fc.subarray(['x', 'y']),
      mostRunning: fc.option(fc.integer({ min: 1, max: 3 })),
    })
    const aLimit = fc.record({ most: fc.integer({ min: 0, max: 6 }), running: fc.integer({ min: 0, max: 8 }) })
    const limits = fc.record({ tenant: aLimit, a: aLimit, b: aLimit, x: aLimit, y: aLimit })
    fc.assert(
      fc.property(
        fc.array(aStep, { maxLength: 12 }),
        limits,
        fc.array(fc.integer({ min: 1, max: 5 })),
        (some, of, asks) => {
          const steps = some.map((each, index) => step(`s${index}`, each)).toSorted((a, b) => b.priority - a.priority)
          const usages = [
            usage('tenant', '', of.tenant.most, of.tenant.running),
            usage('pool', 'a', of.a.most, of.a.running),
            usage('pool', 'b', of.b.most, of.b.running),
            usage('licence', 'x', of.x.most, of.x.running),
            usage('licence', 'y', of.y.most, of.y.running),
          ]
          const asking = asks.map((slots, index) => ({ workerId: `w${index}`, slots, steps }))
          const grants = allocate(asking, new Shares([], new ServiceHistory()), new Caps(usages))
          const belongs = (each: RankedStep, { kind, name }: Usage) =>
            kind === 'tenant' || (kind === 'pool' ? each.pool === name : each.licences.includes(name))
          for (const each of usages) {
            const granted = grants.filter(({ step }) => belongs(step, each)).length
            expect(granted).toBeLessThanOrEqual(Math.max(0, (each.most ?? Infinity) - each.running))
          }
          for (const [, own] of Map.groupBy(grants, ({ step }) => step)) {
            const [first] = own
            expect(own.length).toBeLessThanOrEqual(first!.step.mostRunning ?? Infinity)
            expect(own.length).toBeLessThanOrEqual(first!.step.available)
          }
        },
      ),
    )
  })
})
