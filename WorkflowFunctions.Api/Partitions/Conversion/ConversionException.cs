namespace WorkflowFunctions.Api.Partitions.Conversion;

/// <summary>A table cannot be partitioned as it is. The message says why, and what to do.</summary>
public sealed class ConversionException(string message) : Exception(message);
