using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Api.Templates;

/// <summary>What saving a template would say.</summary>
/// <param name="Valid">Whether it would be saved.</param>
/// <param name="Errors">Everything that is wrong with it.</param>
public sealed record TemplateCheck(bool Valid, IReadOnlyList<Problem> Errors);
