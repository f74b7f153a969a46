/** The stack that is meant when nobody names one. Apart from all else: every command knows it before it runs. */
export const defaultStack = "dev";
