namespace WorkflowFunctions.Nodes.Models.Remote;

/// <summary>Says what an HTTP status of an endpoint means and whether the next attempt may fare better.</summary>
internal static class HttpFailure
{
    /// <summary>Timeouts, conflicts, too early, too many requests and the server's own failures pass; the rest needs a person.</summary>
    public static bool IsTransient(int status) => status is 408 or 409 or 425 or 429 or >= 500;

    public static string Describe(ConfiguredModel model, int status)
    {
        var failed = $"The {model.Described} answered HTTP {status}";
        return status switch
        {
            401 => $"{failed}: the API key is missing or wrong; check {ModelOptions.Section}:Endpoints:{model.EndpointName}:ApiKey.",
            404 => $"{failed} (asked for '{model.ProviderName}'; check the model's Name and the endpoint's BaseUrl).",
            _ => failed + ".",
        };
    }
}
