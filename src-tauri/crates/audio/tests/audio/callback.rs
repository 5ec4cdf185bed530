//! The callback of a sound system must not allocate: an allocator that counts proves it.
#![allow(unsafe_code, reason = "an allocator is unsafe by nature; this one only counts")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use sotto_audio::ring;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

struct Counting;

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations(of: impl FnOnce()) -> u64 {
    let before = ALLOCATIONS.with(Cell::get);
    of();
    ALLOCATIONS.with(Cell::get) - before
}

#[test]
fn the_callback_neither_allocates_nor_frees() {
    let (mut intake, _tap) = ring(48_000, 2);
    let block = [0.25f32; 960];
    let counted = allocations(|| {
        // 480 frames a block: the ring is full after 100 of them, so dropping is measured too.
        for _ in 0..150 {
            intake.take(&block);
        }
    });
    assert_eq!(counted, 0);
    let (mut intake, _tap) = ring(48_000, 2);
    let block = [0u8; 960 * 4];
    assert_eq!(allocations(|| (0..150).for_each(|_| intake.take_bytes(&block))), 0);
    assert!(allocations(|| drop(vec![1u8; 16])) > 0, "the allocator does count");
}
