import { describe, expect, it } from 'vitest'
import { allocate, type RankedStep } from './allocate.ts'
import { Caps } from './caps.ts'
import { stayMilliseconds } from './limits.ts'
import { type Party, ServiceHistory, type Share, Shares } from './shares.ts'

const party = (who: string): Party => {
  const [tenantId = '', projectId = '', ownerId = ''] = who.split('/')
  return { tenantId, projectId, ownerId }
}
const step = (stepId: string, available: number, who = 't/p/ada', priority = 50): RankedStep => ({
  ...party(who),
  stepId,
  jobId: `job of ${stepId}`,
  priority,
  available,
  pool: null,
  licences: [],
  mostRunning: null,
})
const share = (who: string, running: number): Share => ({ ...party(who), running })
const none = () => new Shares([], new ServiceHistory())
/** One worker's tasks, by step. */
const given = (slots: number, steps: RankedStep[], shares = none(), stayWith?: string) =>
  allocate([{ workerId: 'a', slots, steps, stayWith }], shares, new Caps([])).map(({ step }) => step.stepId)

describe('allocate', () => {
  it('gives each worker the best that is left', () => {
    const steps = [step('urgent', 2, 't/p/ada', 90), step('later', 9)]
    const asking = [
      { workerId: 'a', slots: 1, steps },
      { workerId: 'b', slots: 3, steps },
    ]
    expect(allocate(asking, none(), new Caps([])).map(({ workerId, step }) => `${workerId} ${step.stepId}`)).toEqual([
      'a urgent',
      'b urgent',
      'b later',
      'b later',
    ])
  })

  it('leaves a worker without what it can do empty-handed', () => {
    expect(given(4, [])).toEqual([])
  })

  it('gives one person their oldest first', () => {
    expect(given(3, [step('old', 2), step('young', 2)])).toEqual(['old', 'old', 'young'])
  })

  it('is fair to tenants, then to projects, then to people', () => {
    const steps = [step('a', 9, 't/p/ada'), step('b', 9, 't/p/bob'), step('c', 9, 't/q/cy'), step('d', 9, 'u/r/dee')]
    const tasks = Object.groupBy(given(8, steps), (stepId) => stepId)
    expect(['a', 'b', 'c', 'd'].map((stepId) => tasks[stepId]?.length)).toEqual([1, 1, 2, 4])
  })

  it('counts what runs already', () => {
    const shares = new Shares([share('t/p/ada', 3)], new ServiceHistory())
    expect(given(4, [step('ada', 9), step('bob', 9, 't/p/bob')], shares)).toEqual(['bob', 'bob', 'bob', 'ada'])
  })

  it('lets priority go first, however small the share of others', () => {
    const steps = [step('urgent', 3, 't/p/ada', 60), step('other', 9, 'u/p/bob')]
    expect(given(4, steps)).toEqual(['urgent', 'urgent', 'urgent', 'other'])
  })

  it('takes turns where nothing runs', () => {
    const history = new ServiceHistory()
    const steps = [step('ada', 9), step('bob', 9, 't/p/bob')]
    const turns = Array.from({ length: 4 }, (_, turn) => {
      const [stepId = ''] = given(1, steps, new Shares([], history))
      history.note(`worker ${turn}`, 'some job', party(`t/p/${stepId}`), new Date(0))
      return stepId
    })
    expect(turns).toEqual(['ada', 'bob', 'ada', 'bob'])
  })

  it('leaves a worker at the job that it has loaded, but not before a higher priority', () => {
    const shares = () => new Shares([share('t/p/ada', 3)], new ServiceHistory())
    const steps = [step('ada', 9), step('bob', 9, 't/p/bob')]
    expect(given(2, steps, shares(), 'job of ada')).toEqual(['ada', 'ada'])
    expect(given(1, [step('urgent', 1, 't/p/bob', 60), ...steps], shares(), 'job of ada')).toEqual(['urgent'])
    expect(given(1, [step('ada', 0), ...steps.slice(1)], shares(), 'job of ada')).toEqual(['bob'])
  })
})

describe('staying with a job', () => {
  it('ends some time after the worker has taken it up', () => {
    const history = new ServiceHistory()
    history.note('w', 'job', party('t/p/ada'), new Date(0))
    history.note('w', 'job', party('t/p/ada'), new Date(stayMilliseconds - 1))
    expect(history.jobToStayWith('w', new Date(stayMilliseconds - 1))).toBe('job')
    expect(history.jobToStayWith('w', new Date(stayMilliseconds))).toBeUndefined()
  })
})
