import { AlertDialog } from '@base-ui/react/alert-dialog'
import { Dialog as BaseDialog } from '@base-ui/react/dialog'
import type { ReactNode } from 'react'
import { Button, IconButton } from './button.tsx'
import './dialog.css'

interface DialogProps {
  title: string
  open: boolean
  onClose: () => void
  children: ReactNode
}

export function Dialog({ title, open, onClose, children }: DialogProps) {
  return (
    <BaseDialog.Root open={open} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className="dialog-backdrop" />
        <BaseDialog.Popup className="dialog">
          <header className="dialog-header">
            <BaseDialog.Title>{title}</BaseDialog.Title>
            <IconButton icon="cross" label="Close" onClick={onClose} />
          </header>
          {children}
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  )
}

interface ConfirmDialogProps {
  title: string
  /** What will happen, and what stays. */
  children: ReactNode
  /** What the button does, in the same words as the title. */
  action: string
  danger?: boolean
  open: boolean
  onConfirm: () => void
  onClose: () => void
}

/** Asks before something that can't be undone. */
export function ConfirmDialog({ title, children, action, danger, open, onConfirm, onClose }: ConfirmDialogProps) {
  const confirm = () => {
    onClose()
    onConfirm()
  }
  return (
    <AlertDialog.Root open={open} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="dialog-backdrop" />
        <AlertDialog.Popup className="dialog">
          <AlertDialog.Title>{title}</AlertDialog.Title>
          <AlertDialog.Description className="muted">{children}</AlertDialog.Description>
          <footer className="dialog-footer">
            <Button onClick={onClose}>Keep as it is</Button>
            <Button tone={danger === true ? 'danger' : 'primary'} onClick={confirm}>
              {action}
            </Button>
          </footer>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
