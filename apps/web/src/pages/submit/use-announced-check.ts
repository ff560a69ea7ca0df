import { useEffect, useRef } from 'react'
import { formatCount, formatMany } from '../../format/numbers.ts'
import { announce } from '../../ui/live-region.tsx'
import type { CheckState } from './blend-check.ts'
import { fileName } from './main-file.ts'

/** People who don't see the page hear what happens. Failures announce themselves. */
export function useAnnouncedCheck(state: CheckState): void {
  const before = useRef(state)
  useEffect(() => {
    const previous = before.current
    before.current = state
    if (previous.kind === state.kind) return
    if (state.kind === 'checking') announce(`Reading ${fileName(state.main.path)}`)
    if (state.kind === 'no_blend') announce('There is no .blend in it')
    if (state.kind === 'empty') announce(previous.kind === 'checked' ? 'Ready for another file' : 'Cancelled')
    if (state.kind === 'checked') {
      const { missing, files } = state.result
      const absent = missing.length === 0 ? 'nothing is missing' : `${formatCount(missing.length)} not found`
      announce(`${fileName(state.main.path)} is checked: ${formatMany(files.length + 1, 'file')}, ${absent}`)
    }
  }, [state])
}
