import { formatCount, formatMany } from '../../format/numbers.ts'
import { Button } from '../../ui/button.tsx'
import { ProgressBar } from '../../ui/progress-bar.tsx'
import { Elapsed } from '../../ui/time.tsx'
import type { CheckState } from './blend-check.ts'
import { fileName } from './main-file.ts'
import { shownPath } from './dependency-tree.ts'

type Checking = CheckState & { kind: 'listing' | 'checking' }

/** How far it is, with a way out. */
export function CheckProgress({ state, onCancel }: { state: Checking; onCancel: () => void }) {
  const progress = state.kind === 'checking' ? state.progress : undefined
  return (
    <section className="panel check-progress" aria-label="Progress">
      <div className="check-progress-head">
        <h2 tabIndex={-1}>
          {state.kind === 'listing' ? 'Listing what was dropped' : `Reading ${fileName(state.main.path)}`}
        </h2>
        {state.kind === 'checking' && (
          <span className="muted numeric">
            <Elapsed from={state.startedAt} to={null} />
          </span>
        )}
        <Button icon="cross" onClick={onCancel}>
          Cancel
        </Button>
      </div>
      <ProgressBar
        label="Files read"
        text={progress === undefined ? 'Beginning' : `${progress.filesRead} of ${progress.filesKnown} .blend files`}
        total={progress?.filesKnown ?? 1}
        parts={[{ value: progress?.filesRead ?? 0, tone: 'running' }]}
      />
      <p className="muted numeric">
        {progress === undefined
          ? 'Nothing leaves this computer.'
          : `${formatCount(progress.filesRead)} of ${formatMany(progress.filesKnown, '.blend file')}, ${formatMany(progress.usages, 'reference')} so far. Last: ${shownPath(progress.current)}`}
      </p>
    </section>
  )
}
