import { Toast } from '@base-ui/react/toast'
import { Icon } from './icon.tsx'
import './toaster.css'

const manager = Toast.createToastManager()

/** Says in a corner what an action did. */
export function toast(title: string, description?: string): void {
  manager.add({ title, description, type: 'good' })
}

/** Says in a corner why an action failed and what to do; stays longer. */
export function toastError(title: string, advice: string): void {
  manager.add({ title, description: advice, type: 'bad', timeout: 12_000, priority: 'high' })
}

export function Toaster() {
  return (
    <Toast.Provider toastManager={manager}>
      <Toast.Portal>
        <Toast.Viewport className="toaster">
          <Toasts />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  )
}

function Toasts() {
  const { toasts } = Toast.useToastManager()
  return toasts.map((item) => (
    <Toast.Root key={item.id} toast={item} className={`toast tone-${item.type ?? 'idle'}`}>
      <Icon name={item.type === 'bad' ? 'alert' : 'check'} size={18} />
      <div>
        <Toast.Title className="toast-title" />
        <Toast.Description className="muted" />
      </div>
      <Toast.Close className="button button-quiet button-s button-icon" aria-label="Close">
        <Icon name="cross" />
      </Toast.Close>
    </Toast.Root>
  ))
}
