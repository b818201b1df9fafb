namespace WorkflowFunctions.Tests.Infrastructure;

/// <summary>Workflows that several tests use.</summary>
public static class TestWorkflows
{
    /// <summary>Ends at once: greets <c>params.topic</c>.</summary>
    public static object Greeting(string name = "Greeting") => new
    {
        name,
        nodes = new object[]
        {
            new { id = "start", type = "input", position = new { x = 0, y = 0 } },
            new { id = "greet", type = "transform", data = new { fields = new { text = "Hello {{ params.topic }}" } } },
            new { id = "side", type = "merge" },
        },
        edges = new object[] { Edge("start", "greet"), Edge("start", "side") },
        default_params = new { topic = "tea", tone = "warm" },
    };

    /// <summary>Runs until someone ends it.</summary>
    public static object Waiting() => new
    {
        name = "Waiting",
        nodes = new object[]
        {
            new { id = "start", type = "input" },
            new { id = "wait", type = "delay", data = new { seconds = 3600 } },
        },
        edges = new object[] { Edge("start", "wait") },
    };

    /// <summary>Runs until somebody answers.</summary>
    public static object Asking(object? settings = null) =>
        new
        {
            name = "Asking",
            nodes = new object[]
            {
                new { id = "start", type = "input" },
                new { id = "ask", type = "approval", data = settings ?? new { message = "Well?" } },
            },
            edges = new object[] { Edge("start", "ask") },
        };

    /// <summary>Waits for a worker to do its task.</summary>
    public static object Working() => new
    {
        name = "Working",
        nodes = new object[] { new { id = "work", type = "task", data = new { name = "work", queue = "nobody's" } } },
        edges = Array.Empty<object>(),
    };

    /// <summary>Two nodes that wait for each other.</summary>
    public static object Cycle() => new
    {
        name = "Cycle",
        nodes = new object[] { new { id = "a", type = "merge" }, new { id = "b", type = "merge" } },
        edges = new object[] { Edge("a", "b"), Edge("b", "a") },
    };

    public static object Edge(string source, string target) => new { id = $"{source}-{target}", source, target };
}
