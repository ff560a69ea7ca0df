import { type DroppedFile, filesOfInput } from '@backlot/blendfile/browser/dropped-files'
import { useRef } from 'react'
import { Button, type ButtonLook } from '../../ui/button.tsx'

interface ChooseFilesProps {
  /** A whole folder instead of files. */
  folder?: boolean
  tone?: ButtonLook['tone']
  onFiles: (files: Promise<DroppedFile[]>) => void
}

/** The same as dropping, for keyboards and fingers. */
export function ChooseFiles({ folder = false, tone = 'plain', onFiles }: ChooseFilesProps) {
  const input = useRef<HTMLInputElement>(null)
  const label = folder ? 'Choose a folder' : 'Choose files'
  return (
    <>
      <Button icon={folder ? 'folder' : 'file'} tone={tone} onClick={() => input.current?.click()}>
        {label}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        {...(folder && { webkitdirectory: '' })}
        aria-label={label}
        onChange={({ target }) => {
          const files = filesOfInput(target.files ?? [])
          // So that choosing the same again is a change again.
          target.value = ''
          if (files.length > 0) onFiles(Promise.resolve(files))
        }}
      />
    </>
  )
}
