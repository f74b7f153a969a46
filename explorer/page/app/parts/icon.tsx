/** Drawn on 16 × 16, in lines of the text's colour. */
const paths = {
  copy: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
  check: "M3 8.5l3.5 3.5L13 4.5",
  search: "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10zM10.8 10.8L14 14",
  close: "M4 4l8 8M12 4l-8 8",
  warning: "M8 2.5L14.5 13.5h-13zM8 6.5v3.5M8 11.6v.4",
  left: "M10 3.5L5.5 8l4.5 4.5",
  right: "M6 3.5L10.5 8L6 12.5",
  arrow: "M2.5 8h11M9.5 4L13.5 8l-4 4",
} as const;

export function Icon({ name }: { readonly name: keyof typeof paths }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
