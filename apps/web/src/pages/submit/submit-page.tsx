import type { DroppedFile } from '@backlot/blendfile/browser/dropped-files'
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { useMay } from '../../layout/use-session.ts'
import { useTitle } from '../../layout/use-title.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { BlendCheck } from './blend-check.ts'
import { CheckView } from './check-view.tsx'
import { DropZone } from './drop-zone.tsx'
import { startWorker } from './start-worker.ts'
import { useAnnouncedCheck } from './use-announced-check.ts'
import { useFileDrop } from './use-file-drop.ts'
import '../../ui/panel.css'
import './submit-page.css'

export default function SubmitPage() {
  useTitle('Submit')
  const maySubmit = useMay('jobs.submit')
  return (
    <>
      {maySubmit ? (
        <Submit />
      ) : (
        <>
          <header className="page-header">
            <h1>Submit</h1>
          </header>
          <EmptyState icon="upload" title="Your role here does not submit jobs">
            <p>Ask an administrator of this studio to change that. What is rendered for you appears under Jobs.</p>
          </EmptyState>
        </>
      )}
    </>
  )
}

function Submit() {
  const [check] = useState(() => new BlendCheck(startWorker))
  const state = useSyncExternalStore(check.subscribe, check.state)
  const open = (files: Promise<DroppedFile[]>) => void check.open(files)
  const isDragging = useFileDrop(open)
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => () => check.clear(), [check])
  useAnnouncedCheck(state)
  useKeptFocus(place, state.kind)
  const isIdle =
    state.kind === 'empty' || state.kind === 'no_blend' || state.kind === 'unlisted' || state.kind === 'failed'
  return (
    <>
      <header className="page-header">
        <h1>Submit</h1>
        {state.kind === 'checked' && (
          <Button icon="redo" onClick={() => check.clear()}>
            Look at another
          </Button>
        )}
      </header>
      <div className="submit" ref={place}>
        <CheckView
          state={state}
          onChoose={(path) => void check.choose(path)}
          onFiles={open}
          onCancel={() => check.clear()}
        />
        {isIdle && <DropZone isDragging={isDragging} onFiles={open} />}
      </div>
      {isDragging && !isIdle && <div className="drop-cover">Let go to look at this instead</div>}
    </>
  )
}

/** What had the focus may be gone with the state before: then it goes to the heading of what is shown instead. */
function useKeptFocus(place: React.RefObject<HTMLElement | null>, kind: string): void {
  const before = useRef(kind)
  useEffect(() => {
    if (before.current === kind) return
    before.current = kind
    if (document.activeElement !== document.body) return
    place.current?.querySelector<HTMLElement>('h2[tabindex]')?.focus({ preventScroll: true })
  }, [place, kind])
}
