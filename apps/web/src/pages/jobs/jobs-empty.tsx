import type { JobState } from '@backlot/contract/states'
import { Link } from '@tanstack/react-router'
import { paths } from '../../paths.ts'
import { buttonClass } from '../../ui/button.tsx'
import { CopyLine } from '../../ui/copy-line.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { jobLook } from '../../ui/state-look.ts'

export function JobsEmpty({ state }: { state: JobState | undefined }) {
  if (state !== undefined) {
    return (
      <EmptyState icon={jobLook[state].icon} title={`No job is ${jobLook[state].label.toLowerCase()}`}>
        <Link {...paths.jobs()} className={buttonClass({})}>
          Show all jobs
        </Link>
      </EmptyState>
    )
  }
  return (
    <EmptyState icon="film" title="Your first frames are one command away">
      <p>
        Give it a scene. Backlot finds the textures, libraries and caches that the scene needs, sends them, and renders.
        The job appears here at once.
      </p>
      <CopyLine prompt label="Command that submits a scene" text="./backlot submit scene.blend" />
    </EmptyState>
  )
}
