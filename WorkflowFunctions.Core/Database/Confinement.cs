namespace WorkflowFunctions.Database;

/// <summary>
/// The workspaces that what runs at the moment may see and change. It goes with the flow of a request, into everything that the request
/// calls and waits for; what outlives the request is to be started without it.
/// </summary>
internal static class Confinement
{
    private static readonly AsyncLocal<IReadOnlyList<string>?> s_workspaces = new();

    /// <summary>The workspaces; null for all.</summary>
    public static IReadOnlyList<string>? Workspaces => s_workspaces.Value;

    /// <summary>Runs something confined to workspaces.</summary>
    /// <param name="workspaces">The workspaces; null for all.</param>
    /// <param name="work">What runs.</param>
    public static async Task RunAsync(IReadOnlyList<string>? workspaces, Func<Task> work)
    {
        // An asynchronous method's change ends with the method.
        s_workspaces.Value = workspaces;
        await work();
    }
}
