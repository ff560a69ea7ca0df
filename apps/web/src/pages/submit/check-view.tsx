import type { DroppedFile } from '@backlot/blendfile/browser/dropped-files'
import { useMemo } from 'react'
import { formatMany } from '../../format/numbers.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { Notice } from '../../ui/notice.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import type { CheckState } from './blend-check.ts'
import { CheckedFile } from './checked-file.tsx'
import { CheckProgress } from './checking.tsx'
import { ChooseFiles } from './choose-files.tsx'
import { Dependencies } from './dependencies.tsx'
import { dependencyReport } from './dependency-tree.ts'
import { NextStep } from './next-step.tsx'
import { Problems } from './problems.tsx'
import { Scenes } from './scenes.tsx'

interface CheckViewProps {
  state: CheckState
  onChoose: (path: string) => void
  onFiles: (files: Promise<DroppedFile[]>) => void
  onCancel: () => void
}

/** What is known so far of what was dropped. */
export function CheckView({ state, onChoose, onFiles, onCancel }: CheckViewProps) {
  switch (state.kind) {
    case 'empty':
      return null
    case 'listing':
      return <CheckProgress state={state} onCancel={onCancel} />
    case 'unlisted':
      return <ErrorPanel error={state.error} />
    case 'no_blend':
      return (
        <Notice
          tone="warn"
          icon="alert"
          title={state.files.length === 0 ? 'The folder is empty' : 'There is no .blend in it'}
        >
          <p>
            {state.files.length === 0
              ? 'Drop the folder that holds your saved scene.'
              : `None of the ${formatMany(state.files.length, 'file')} ends with .blend. Save the scene in Blender, then drop its folder.`}
          </p>
        </Notice>
      )
    case 'checking':
      return (
        <>
          <CheckProgress state={state} onCancel={onCancel} />
          <CheckedFile state={state} onChoose={onChoose} />
          <div className="check-parts">
            <SkeletonRows label="Looking for what it needs" rows={4} height="2.5rem" />
            <div className="check-side">{state.info && <Scenes info={state.info} />}</div>
          </div>
        </>
      )
    case 'failed':
      return (
        <>
          <ErrorPanel error={state.error} />
          <CheckedFile state={state} onChoose={onChoose} />
          {state.info && <Scenes info={state.info} />}
        </>
      )
    case 'checked':
      return <Checked key={state.main.path} state={state} onChoose={onChoose} onFiles={onFiles} />
  }
}

function Checked({
  state,
  onChoose,
  onFiles,
}: Pick<CheckViewProps, 'onChoose' | 'onFiles'> & { state: CheckState & { kind: 'checked' } }) {
  const { info, result, files, main } = state
  const report = useMemo(() => dependencyReport(result, files, main.size), [result, files, main.size])
  const isLoose = files.every(({ path }) => !path.includes('/'))
  const isWhole = report.missing.length === 0 && report.outside.length === 0 && result.errors.length === 0
  return (
    <>
      <CheckedFile state={state} onChoose={onChoose} />
      <Problems
        info={info}
        result={result}
        report={report}
        isLoose={isLoose}
        chooseFolder={<ChooseFiles folder onFiles={onFiles} />}
      />
      <NextStep info={info} path={main.path} isWhole={isWhole} />
      <div className="check-parts">
        <Dependencies report={report} seconds={result.seconds} />
        <div className="check-side">
          <Scenes info={info} />
        </div>
      </div>
    </>
  )
}
