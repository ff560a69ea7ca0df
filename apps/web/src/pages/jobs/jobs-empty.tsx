import { Link } from '@tanstack/react-router'
import type { JobFilter } from '../../api/job-filter.ts'
import { useMay } from '../../layout/use-session.ts'
import { paths } from '../../paths.ts'
import { buttonClass } from '../../ui/button.tsx'
import { CopyLine } from '../../ui/copy-line.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { jobLook } from '../../ui/state-look.ts'

export function JobsEmpty({ filter: { state, search } }: { filter: JobFilter }) {
  const maySubmit = useMay('jobs.submit')
  if (state !== undefined || search !== undefined) {
    const inState = state === undefined ? '' : ` that is ${jobLook[state].label.toLowerCase()}`
    const called = search === undefined ? '' : ` has “${search}” in its name`
    const title =
      search === undefined ? `No job is ${jobLook[state!].label.toLowerCase()}` : `No job${inState}${called}`
    return (
      <EmptyState icon={state === undefined ? 'search' : jobLook[state].icon} title={title}>
        <Link {...paths.jobs()} className={buttonClass({})}>
          Show all jobs
        </Link>
      </EmptyState>
    )
  }
  if (!maySubmit) {
    return (
      <EmptyState icon="film" title="No job yet">
        <p>What is rendered for you appears here.</p>
      </EmptyState>
    )
  }
  return (
    <EmptyState icon="film" title="Your first frames are two commands away">
      <p>
        Sign in once on the machine with the scene, then submit it. Backlot finds the textures, libraries and caches
        that the scene needs, sends them, and renders. The job appears here at once.
      </p>
      <p>
        Or <Link {...paths.submit()}>look at the scene in the browser</Link> first: what it needs, and what is missing.
      </p>
      <div className="empty-state-commands">
        <CopyLine prompt label="Command that signs in" text={`./backlot login --device --server ${location.origin}`} />
        <CopyLine prompt label="Command that submits a scene" text="./backlot submit scene.blend" />
      </div>
    </EmptyState>
  )
}
