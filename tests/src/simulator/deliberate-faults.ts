/** A small mistake that a change of the farm could make, as another text of one of its statements. */
export interface DeliberateFault {
  name: string
  summary: string
  replacements: readonly Replacement[]
  rewrite(statement: string): string
  /** Its statement is not what it was: whatever it finds is not what it is there for. */
  misfit(): Error | undefined
}

export interface Replacement {
  /** Tells the statement: a part of it that no other one has. */
  statement: string
  from: string
  to: string
}

const written: { name: string; summary: string; replacements: Replacement[] }[] = [
  {
    name: 'drop-fencing-check',
    summary: 'results of attempts that have lost their task are taken',
    replacements: [{ statement: 'as "hasStrikes"', from: 'a.fence, a.state,', to: `a.fence, 'running' as state,` }],
  },
  {
    name: 'fence-stands-still',
    summary: 'the next lease of a task has the fence of the last one',
    replacements: [{ statement: 'with wish as', from: 'fence = t.fence + 1', to: 'fence = t.fence' }],
  },
  {
    name: 'expire-early',
    summary: 'a lease is lost ten seconds before it runs out',
    replacements: [
      { statement: 'order by expires_at limit', from: 'expires_at <=', to: `expires_at - interval '10 seconds' <=` },
      {
        statement: 'as "hasStrikes"',
        from: 'a.expires_at as "expiresAt"',
        to: `a.expires_at - interval '10 seconds' as "expiresAt"`,
      },
    ],
  },
  {
    name: 'one-more-than-the-limit',
    summary: 'a limit of tenants, pools and licences lets one task more run',
    replacements: [{ statement: 'with busy as', from: 'l.most, l.least', to: 'l.most + 1 as most, l.least' }],
  },
  {
    name: 'forget-limit-of-job',
    summary: 'a job runs more tasks at once than it may',
    replacements: [
      {
        statement: "select tenant_id, 'job'",
        from: 'group by tenant_id, job_id, most_running',
        to: 'and false group by tenant_id, job_id, most_running',
      },
    ],
  },
  {
    name: 'ignore-shares',
    summary: 'whose turn it is does not depend on what they have',
    replacements: [{ statement: 'sum(running)::integer as running', from: 'where busy', to: 'where false' }],
  },
  {
    name: 'why-forgets-what-is-held',
    summary: 'whoever asks why is told that slots are free which are not',
    replacements: [{ statement: '::integer as slots', from: `where state = 'running'`, to: 'where false' }],
  },
  {
    name: 'never-expire',
    summary: 'leases of dead workers are never ended',
    replacements: [{ statement: 'order by expires_at limit', from: `state = 'running'`, to: 'false' }],
  },
  {
    name: 'pause-holds-nothing-back',
    summary: 'tasks of a paused job are leased',
    replacements: [
      { statement: 'update backlot.farm_steps set paused', from: 'set paused = $1', to: 'set paused = $1 and false' },
    ],
  },
  {
    name: 'cancel-holds-nothing-back',
    summary: 'tasks of a cancelled job are leased',
    replacements: [
      {
        statement: 'update backlot.farm_steps set cancelled = true',
        from: 'cancelled = true',
        to: 'cancelled = cancelled',
      },
    ],
  },
  {
    name: 'renew-cancelled',
    summary: 'workers are not told to drop what is cancelled',
    replacements: [
      {
        statement: 'on a.attempt_id = g."attemptId" and a.fence = g.fence',
        from: 'and (not s.cancelled or s.given_up)',
        to: '',
      },
    ],
  },
  {
    name: 'ignore-kept-off',
    summary: 'a worker that is kept off a step gets its tasks',
    replacements: [{ statement: 'kept_off, array_agg', from: 'k.kept_off_at is not null', to: 'false' }],
  },
  {
    name: 'charge-losses',
    summary: 'a lost worker burns a retry of its task',
    replacements: [
      {
        statement: 'ended as (',
        from: 'failures = x.failures, losses',
        to: `failures = x.failures + (x."attemptState" = 'lost')::integer, losses`,
      },
    ],
  },
  {
    name: 'count-frames-twice',
    summary: 'a frame that is reported again is counted again',
    replacements: [
      { statement: 'where (select true from backlot.frames', from: 'where (select true', to: 'where (select false' },
      {
        statement: 'delivered as (',
        from: '        samples integer, colour jsonb, warnings jsonb\n      )\n    )',
        to: '        samples integer, colour jsonb, warnings jsonb\n      ) on conflict do nothing\n    )',
      },
    ],
  },
  {
    name: 'requeue-keeps-frames',
    summary: 'frames that are done again are not forgotten',
    replacements: [
      {
        statement: 'no_frames as (delete',
        from: 'using step where f.step_id = step.step_id',
        to: 'using step where f.step_id = step.step_id and false',
      },
    ],
  },
  {
    name: 'drop-job-lock',
    summary: 'work changes without the lock of its job',
    replacements: [
      { statement: 'select from backlot.farm_jobs', from: 'for no key update', to: '' },
      { statement: 'select job_id as "jobId" from backlot.farm_jobs', from: 'for no key update skip locked', to: '' },
    ],
  },
  {
    name: 'forget-document',
    summary: 'tables change, the job document stays as it was',
    replacements: [
      { statement: 'update backlot.jobs\n    set document', from: 'where job_id =', to: 'where false and job_id =' },
    ],
  },
]

export const deliberateFaults: readonly DeliberateFault[] = written.map(({ name, summary, replacements }) => {
  const rewritten = new Map<string, string>()
  let misfit: Error | undefined
  const rewrite = (statement: string) => {
    for (const one of replacements) {
      if (!statement.includes(one.statement)) continue
      if (!statement.includes(one.from)) misfit = new Error(`The deliberate fault ${name} fits no longer: ${one.from}`)
      return statement.replaceAll(one.from, one.to)
    }
    return statement
  }
  return {
    name,
    summary,
    replacements,
    misfit: () => misfit,
    rewrite(statement) {
      const known = rewritten.get(statement) ?? rewrite(statement)
      if (rewritten.size < 500) rewritten.set(statement, known)
      return known
    },
  }
})
