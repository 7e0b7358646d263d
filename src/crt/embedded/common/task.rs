//! Tasks: a function and its argument in a struct of the caller.

use core::mem::MaybeUninit;

use super::*;
use crate::crt::call::call_out;

#[unsafe(no_mangle)]
pub extern "C" fn aws_task_init(
    task: &mut MaybeUninit<aws_task>,
    r#fn: aws_task_fn,
    arg: *mut c_void,
    type_tag: *const c_char,
) {
    // SAFETY: all fields may be zero.
    let zeroed = unsafe { core::mem::zeroed() };
    task.write(aws_task { r#fn, arg, type_tag, ..zeroed });
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_task_run(task: *mut aws_task, status: aws_task_status) {
    // SAFETY: a task of the caller. It may be gone once its function is called.
    unsafe {
        (*task).abi_extension.scheduled = false;
        if let Some(call) = (*task).r#fn {
            let _ = call_out!(call, task, (*task).arg, status);
        }
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_task_status_to_c_str(status: aws_task_status) -> *const c_char {
    let text = match status {
        AWS_TASK_STATUS_RUN_READY => c"<Running>",
        AWS_TASK_STATUS_CANCELED => c"<Canceled>",
        _ => c"<Unknown>",
    };
    text.as_ptr()
}
