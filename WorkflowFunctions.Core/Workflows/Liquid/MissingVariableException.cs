namespace WorkflowFunctions.Workflows.Liquid;

/// <summary>A template read a variable that does not exist, and gave no default.</summary>
/// <param name="variable">The variable, as the template writes it.</param>
public sealed class MissingVariableException(string variable)
    : Exception($"The variable '{variable}' does not exist. Check its name, or give a default: {{{{ {variable} | default: \"…\" }}}}.")
{
    /// <summary>The variable, as the template writes it.</summary>
    public string Variable { get; } = variable;
}
