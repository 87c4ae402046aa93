// Texts that a plugin may import as they are; the build tool puts them into the component.

declare module '*.md' {
  const text: string;
  export default text;
}

declare module '*.svg' {
  const text: string;
  export default text;
}

declare module '*.txt' {
  const text: string;
  export default text;
}
