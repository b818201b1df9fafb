namespace WorkflowFunctions.Templating;

/// <summary>A string that is not a valid Liquid template. The message says what is wrong.</summary>
public sealed class LiquidSyntaxException(string message, Exception? inner = null) : Exception(message, inner);
