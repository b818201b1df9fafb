namespace WorkflowFunctions.Workflows.Liquid;

/// <summary>A template read a variable that does not exist, and gave no default.</summary>
/// <param name="variable">The variable, as the template writes it.</param>
/// <param name="reason">Which part of it is not there, and why; null where it has only one part.</param>
internal sealed class MissingVariableException(string variable, string? reason = null) : Exception(
    $"The variable '{variable}' does not exist{(reason is null ? "" : ": " + reason)}. " +
    $"Check its name, or give a default: {{{{ {variable} | default: \"…\" }}}}.")
{
    /// <summary>The variable, as the template writes it.</summary>
    public string Variable { get; } = variable;
}
