namespace WorkflowFunctions.Workflows.Liquid;

/// <summary>A template read a variable that does not exist, and gave no default.</summary>
/// <param name="variable">The variable, as the template writes it.</param>
/// <param name="reason">Which part of it is not there, and why; null where it has only one part.</param>
/// <param name="isCondition">The template is a bare condition, which takes no filters.</param>
internal sealed class MissingVariableException(string variable, string? reason, bool isCondition) : Exception(
    $"The variable '{variable}' does not exist{(reason is null ? "" : ": " + reason)}. Check its name, or give a default" +
    $"{(isCondition ? " in a 'transform' before, as a condition takes no filters" : "")}: {{{{ {variable} | default: \"…\" }}}}.")
{
    /// <summary>The variable, as the template writes it.</summary>
    public string Variable { get; } = variable;
}
