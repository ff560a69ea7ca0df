import { errorTable, isErrorCode } from '@backlot/contract/errors'
import type { JobDetail } from '@backlot/contract/schemas/jobs'
import { isEnded } from '@backlot/contract/states'
import { useQuery } from '@tanstack/react-query'
import { whyQuery } from '../../api/queries.ts'
import { Notice } from '../../ui/notice.tsx'

/** Why it failed, or why nothing happens; silent while all is well. */
export function JobProblems({ job }: { job: JobDetail }) {
  if (job.error !== null) return <JobFailure {...job.error} />
  const isIdle = !isEnded(job.state) && job.state !== 'cancelling' && job.tasks.running === 0
  return isIdle ? <WhyNotRunning jobId={job.jobId} /> : null
}

function JobFailure({ code, message }: { code: string; message: string }) {
  return (
    <div className="job-problem">
      <Notice tone="bad" icon="alert" title={message}>
        {isErrorCode(code) && <p>{errorTable[code].advice}</p>}
        <p className="notice-code">
          <code>{code}</code>
        </p>
      </Notice>
    </div>
  )
}

/** So often the reasons may change without an event of this job: a worker came, another job went. Milliseconds. */
const askAgain = 10_000

function WhyNotRunning({ jobId }: { jobId: string }) {
  const why = useQuery({ ...whyQuery(jobId), refetchInterval: askAgain })
  return why.data?.reasons.map(({ code, message, advice }) => (
    <div key={code} className="job-problem">
      <Notice tone="warn" icon="info" title={message}>
        <p>{advice}</p>
      </Notice>
    </div>
  ))
}
