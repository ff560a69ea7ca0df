import { errorTable, isErrorCode } from '@backlot/contract/errors'
import type { JobDetail } from '@backlot/contract/schemas/jobs'
import { isEnded } from '@backlot/contract/states'
import { useQuery } from '@tanstack/react-query'
import { whyQuery } from '../../api/queries.ts'
import { formatCount, formatMany } from '../../format/numbers.ts'
import { Notice } from '../../ui/notice.tsx'
import { missingFiles } from './step-finding.ts'

/** Why it failed, or why nothing happens; silent while all is well. */
export function JobProblems({ job }: { job: JobDetail }) {
  const isIdle = !isEnded(job.state) && job.state !== 'cancelling' && job.tasks.running === 0
  return (
    <>
      {job.error !== null ? <JobFailure {...job.error} /> : isIdle && <WhyNotRunning jobId={job.jobId} />}
      <MissingFiles job={job} />
    </>
  )
}

/** It was submitted all the same; who wonders about a pink surface finds the reason here. */
function MissingFiles({ job: { document } }: { job: JobDetail }) {
  const { count, names } = missingFiles(document.steps)
  if (count === 0) return null
  const isMany = count > 1
  return (
    <div className="job-problem">
      <Notice
        tone="warn"
        icon="alert"
        title={`${formatMany(count, 'file')} ${isMany ? 'were' : 'was'} missing when it was submitted`}
      >
        <p>Find {isMany ? 'them' : 'it'}, save the scene, and submit again: what was sent is not sent twice.</p>
        {names.length > 0 && (
          <ul className="job-missing-files">
            {names.map((name) => (
              <li key={name}>
                <code>{name}</code>
              </li>
            ))}
            {count > names.length && <li>and {formatCount(count - names.length)} more</li>}
          </ul>
        )}
      </Notice>
    </div>
  )
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
