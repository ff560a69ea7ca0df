import { type DroppedFile, filesOfDrop } from '@backlot/blendfile/browser/dropped-files'
import { useEffect, useEffectEvent, useState } from 'react'

/**
 * Takes files that are dropped anywhere on the page: beside a drop zone a browser would leave the page and open the file.
 * Returns whether files are being dragged over it.
 */
export function useFileDrop(onDrop: (files: Promise<DroppedFile[]>) => void): boolean {
  const [isDragging, setDragging] = useState(false)
  const drop = useEffectEvent(onDrop)
  useEffect(() => {
    const listening = new AbortController()
    const on = (type: 'dragover' | 'dragleave' | 'drop', listener: (event: DragEvent) => void) =>
      window.addEventListener(type, listener, { signal: listening.signal })
    on('dragover', (event) => {
      if (!hasFiles(event)) return
      event.preventDefault()
      event.dataTransfer!.dropEffect = 'copy'
      setDragging(true)
    })
    on('dragleave', (event) => {
      // Nothing is entered instead: the pointer has left the window.
      if (event.relatedTarget === null) setDragging(false)
    })
    on('drop', (event) => {
      setDragging(false)
      if (!hasFiles(event)) return
      event.preventDefault()
      drop(filesOfDrop(event.dataTransfer!.items))
    })
    return () => listening.abort()
  }, [])
  return isDragging
}

/** Not text, and not a picture of the page itself. */
function hasFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes('Files') ?? false
}
